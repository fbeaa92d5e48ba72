#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# The files in docs/testing-policies.md do what is shown there: each block of output, with its status.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

open my $doc, '<', dirname($0) . '/../../docs/testing-policies.md' or die "no document: $!";
my $text = do { local $/; <$doc> };
my $dir = tempdir(CLEANUP => 1);
my $n = 0;
chdir $dir or die;
$ENV{PATH} = "$ENV{MMP_BUILD}:$ENV{PATH}";
while ($text =~ /^```(\w+) (.*)\n((?:.*\n)*?)```$/mg) {
	my ($kind, $what, $body) = ($1, $2, $3);

	if ($kind ne 'output') {
		open my $out, '>', $what or die "$what: $!";
		print $out $body;
		close $out;
		next;
	}
	my ($status, $command) = split / /, $what, 2;
	my $got = `$command 2>&1`;
	my $same = $got eq $body && $? >> 8 == $status;
	print $same ? 'ok' : 'not ok', ' ', ++$n, " - $command\n";
	print map { "# $_\n" } split /\n/, $got unless $same;
}
print "1..$n\n";
