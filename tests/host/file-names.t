#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A policy's file name is no part of its program, whatever bytes are in it: only the manifest has it."""
import json
import os
import random
import struct
import subprocess
import tempfile

MMPC = os.environ["MMP_BUILD"] + "/mmpc"
POLICY = b'include "inc.mmp"\nprotect high when pgfault_rate > 100 hold 3s\nnotify "x" when psi > $p hold 1s\n'
INCLUDED = b"param p = 20% in 1% .. 50%\n"
count = 0


def check(holds, what, detail=""):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {what}")
    if not holds:
        for line in str(detail).splitlines():
            print("#", line)


def sections(data):
    """name -> (bytes, linked section's index) of a 64-bit little-endian object"""
    offset, = struct.unpack_from("<Q", data, 40)
    size, number, names = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(number)]
    text = data[headers[names][4]:][:headers[names][5]]
    return {text[h[0]:].split(b"\0")[0].decode(): data[h[4]:h[4] + h[5]] for h in headers if h[1] != 8}


def facts(data):
    """Instructions, initial values, symbols and the strings of the BTF: all but the manifest's text."""
    s = sections(data)
    btf = s[".BTF"]
    head, at, length = struct.unpack_from("<I", btf, 4)[0], *struct.unpack_from("<II", btf, 16)
    kept = {k: v for k, v in s.items()
            if not k.startswith(".BTF") and not k.startswith(".rel") and k not in (".rodata.mmp", ".symtab", ".strtab")}
    kept["names"] = sorted(s[".strtab"].split(b"\0"))
    kept["strings"] = sorted(btf[head + at:head + at + length].split(b"\0"))
    return kept


def compile_as(name, included=b"inc.mmp"):
    with open(name, "wb") as f:
        f.write(POLICY.replace(b"inc.mmp", included))
    if os.path.dirname(included) == b"":
        with open(included, "wb") as f:
            f.write(INCLUDED)
    os.makedirs("out", exist_ok=True)
    r = subprocess.run([MMPC, "compile", "-o", "out/o", b"./" + name], capture_output=True)
    checked = subprocess.run([MMPC, "--check", b"./" + name], capture_output=True)
    data = open("out/o", "rb").read() if r.returncode == 0 else None
    os.unlink(name)
    if data is not None:
        os.unlink("out/o")
    return r, checked.returncode, data


scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)
first, _, plain = compile_as(b"plain.mmp")
check(first.returncode == 0, "a plain name compiles", first.stderr)
wanted = facts(plain)
seed = int(os.environ.get("MMP_SEED", "8"))
print("# MMP_SEED", seed)
random.seed(seed)
allowed = [bytes([b]) for b in range(1, 256) if b != 0x2F]
names = [b'q"uote.mmp', b"back\\slash.mmp", b"a\nb.mmp", b"trail\\", b"??')#.mmp", b"*)#.mmp", b"%s%n.mmp",
         b'x"\nint injected_by_name(void){return 42;}\n#line 9 "y.mmp', b"\xff\xfe.mmp", b"\r.mmp"]
names += [b"".join(random.choices(allowed, k=random.randint(1, 60))) for _ in range(10)]
for name in names:
    r, checked, data = compile_as(name)
    check(checked == r.returncode and (data is not None) == (checked == 0), f"{name!r}: check says what compile does",
          (checked, r))
    if data is None:
        continue
    got = facts(data)
    different = [k for k in wanted.keys() | got.keys() if wanted.get(k) != got.get(k)]
    check(not different, f"{name!r}: the same program", different)
    check(b"mmpc.bpf.c" not in r.stderr and b" generated." not in r.stderr,
          f"{name!r}: clang has nothing to say", r.stderr)
_, _, data = compile_as(b"plain.mmp", b'i\xc3\xa9 *)nc?\'.mmp')
check(data and {k: v for k, v in facts(data).items() if k != "strings"} ==
      {k: v for k, v in wanted.items() if k != "strings"}, "an included file's name neither")
check(not any(b"nc?" in s for s in facts(data)["strings"]) if data else False,
      "and only the quoted line that includes it shows it")
manifest = json.loads(sections(plain)[".rodata.mmp"].split(b"\0")[0])
check([f["name"] for f in manifest["files"]] == ["./plain.mmp", "./inc.mmp"], "the manifest has the names",
      manifest["files"])
os.chdir("/")
print(f"1..{count}")
