-- SPDX-License-Identifier: GPL-2.0
-- neovim's own client against mmpc lsp, headless: a line of TAP for each thing that it does.
local folder, mmpc = vim.env.MMP_FOLDER, vim.env.MMP_BUILD .. "/mmpc"
local out, count = {}, 0

local function check(what, holds, why)
	count = count + 1
	table.insert(out, (holds and "ok " or "not ok ") .. count .. " - " .. what)
	if not holds then
		for line in vim.gsplit(vim.inspect(why), "\n") do
			table.insert(out, "# " .. line)
		end
	end
end

local function write(name, lines)
	vim.fn.writefile(lines, folder .. "/" .. name)
end

local client

local function open(name)
	vim.cmd("edit! " .. folder .. "/" .. name)
	client = client or vim.lsp.start_client({ cmd = { mmpc, "lsp" }, name = "mmpc", root_dir = folder })
	vim.lsp.buf_attach_client(0, client)
	vim.wait(5000, function() return vim.lsp.get_client_by_id(client).initialized end, 10)
	return vim.api.nvim_get_current_buf()
end

local function findings(buffer, wanted)
	vim.wait(5000, function() return #vim.diagnostic.get(buffer) == wanted end, 10)
	return vim.diagnostic.get(buffer)
end

local function ask(method, params)
	local answers = vim.lsp.buf_request_sync(0, method, params, 5000)
	return answers and answers[client] and answers[client].result
end

local function here(line, column)
	vim.api.nvim_win_set_cursor(0, { line, column })
	return vim.lsp.util.make_position_params(0, "utf-16")
end

write("part.mmp", { "define calm = 10%" })
write("web.mmp", {
	'include "part.mmp"',
	'notify "😀"\twhn system.psi > 1 hold 1s',
	"protect web when psi > $calm hold   2s",
})
local buffer = open("web.mmp")

local found = findings(buffer, 1)
check("diagnostics", #found == 1 and found[1].code == "syntax", found)
-- neovim counts bytes: an emoji has four, UTF-16 two units.
check("their place behind an emoji and a tab",
	found[1] and found[1].lnum == 1 and found[1].col == #'notify "😀"\t', found)
check("their severity", found[1] and found[1].severity == vim.diagnostic.severity.ERROR, found)

local hover = ask("textDocument/hover", here(3, 18))
check("hover", hover and hover.contents.value:find("memory.pressure", 1, true), hover)

local at = here(2, #'notify "😀"\t' + 1)
local params = vim.tbl_extend("force", vim.lsp.util.make_range_params(0, "utf-16"), {
	context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, 1) },
})
local actions = ask("textDocument/codeAction", params)
check("a quick fix", actions and actions[1] and actions[1].title == "Write 'when'", actions)
if actions and actions[1] then
	vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
end
check("which is applied where it belongs",
	vim.fn.getline(2) == 'notify "😀"\twhen system.psi > 1 hold 1s', vim.fn.getline(2))
check("and takes its finding away", #findings(buffer, 0) == 0, vim.diagnostic.get(buffer))

vim.lsp.buf.formatting_sync({}, 5000)
check("layout", vim.fn.getline(3) == "protect web when psi > $calm hold 2s" and
	vim.fn.getline(2) == 'notify "😀" when system.psi > 1 hold 1s', vim.fn.getline(1, "$"))

local definition = ask("textDocument/definition", here(3, 25))
check("definition", definition and definition.uri == vim.uri_from_fname(folder .. "/part.mmp"), definition)

vim.fn.append(3, "protect web when ps")
vim.wait(100, function() return false end)
local items = ask("textDocument/completion", here(4, 18))
local labels = vim.tbl_map(function(i) return i.label end, items and items.items or {})
check("completion", vim.tbl_contains(labels, "psi.some.avg10"), labels)
vim.fn.deletebufline("", 4)

vim.fn.append(3, "cgroup web = \"web.slice\"")
vim.wait(100, function() return false end)
local edit = ask("textDocument/rename", vim.tbl_extend("force", here(3, 9), { newName = "shop" }))
if edit then
	vim.lsp.util.apply_workspace_edit(edit, "utf-16")
end
check("rename", vim.fn.getline(3) == "protect shop when psi > $calm hold 2s" and
	vim.fn.getline(4) == 'cgroup shop = "web.slice"', vim.fn.getline(1, "$"))

local symbols = ask("textDocument/documentSymbol", { textDocument = vim.lsp.util.make_text_document_params() })
check("an outline", symbols and #symbols == 4, symbols)

vim.lsp.stop_client(client)
check("it stops when it is told", vim.wait(5000, function() return vim.lsp.client_is_stopped(client) end, 10))
table.insert(out, "1.." .. count)
vim.fn.writefile(out, folder .. "/out")
vim.cmd("qall!")
