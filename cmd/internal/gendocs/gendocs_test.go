package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/cmd"
)

var update = flag.Bool("update", false, "write llms.txt and THIRD_PARTY.md anew")

// date is that of the files made here.
var date = time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3600)).UTC()

func fresh(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is stale; go test ./cmd/internal/gendocs -update rewrites it (-want +got):\n%s", file, diff)
	}
}

func TestLLMs(t *testing.T) {
	reference := cmd.NewReference()
	fresh(t, "../../../llms.txt", llms(&reference))
}

// TestThirdParty lists what is linked, with the licences in the module cache.
func TestThirdParty(t *testing.T) {
	for _, file := range []string{"go.mod", "go.sum"} { // so that no pass from before a change is kept
		if _, err := os.ReadFile("../../../" + file); err != nil {
			t.Fatal(err)
		}
	}
	modules, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, m := range modules {
		paths = append(paths, m.path)
		if m.licence == "" || !strings.Contains(m.text, "opyright") {
			t.Errorf("%s: the licence %q says nothing of rights", m.path, m.licence)
		}
	}
	for _, path := range []string{"github.com/spf13/cobra", "github.com/lestrrat-go/jwx/v2", "github.com/inconshreveable/mousetrap"} {
		if !slices.Contains(paths, path) {
			t.Errorf("%s is not among %v", path, paths)
		}
	}
	for _, path := range []string{"github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "golang.org/x/tools"} {
		if slices.Contains(paths, path) {
			t.Errorf("%s is for tests, and among %v", path, paths)
		}
	}
	text := thirdParty(modules)
	fresh(t, "../../../THIRD_PARTY.md", text)

	debian := copyright("MIT License\n\nCopyright (c) 2026 The jwt-toolkit authors\n\nPermission", modules)
	for _, m := range modules[1:] {
		if !strings.Contains(debian, " vendor/"+m.path+"/*\n") {
			t.Errorf("Debian's copyright does not have %s", m.path)
		}
	}
	for paragraph := range strings.SplitSeq(debian, "\n\n") {
		fields := regexp.MustCompile(`(?m)^[A-Z][A-Za-z-]*:`).FindAllString(paragraph, -1)
		if want := []string{"Files:", "Copyright:", "License:"}; fields[0] == want[0] && !slices.Equal(fields, want) {
			t.Errorf("Debian's copyright has a paragraph with the fields %v:\n%s", fields, paragraph)
		}
	}
}

func TestLicenceIn(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"none":    {map[string]string{"README": "MIT"}, ""},
		"two":     {map[string]string{"LICENSE": "Permission is hereby granted, free of charge", "LICENSE.md": "x"}, ""},
		"unknown": {map[string]string{"LICENSE": "All rights reserved."}, ""},
		"notice":  {map[string]string{"LICENSE": "Apache License\n Version 2.0", "NOTICE": "x"}, ""},
		"apache":  {map[string]string{"LICENSE": "   Apache License\n   Version 2.0, January 2004"}, "Apache-2.0"},
		"bsd-2":   {map[string]string{"LICENSE": "2. Redistributions in binary\n form must reproduce"}, "BSD-2-Clause"},
		"bsd-3":   {map[string]string{"LICENSE": "Redistributions in binary form must reproduce\nNeither the name of X"}, "BSD-3-Clause"},
		"mit":     {map[string]string{"LICENSE.md": "Permission is hereby granted, free of charge"}, "MIT"},
	} {
		dir := t.TempDir()
		for file, text := range test.files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, _, err := licenceIn(dir); got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
}

// TestCaskHasAllPages: Homebrew wants each by its name.
func TestCaskHasAllPages(t *testing.T) {
	config, err := os.ReadFile("../../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range cmd.NewReference().Commands {
		want = append(want, "      - man/"+pageName(c.Path)+".1.gz")
	}
	slices.Sort(want)
	got := regexp.MustCompile(`(?m)^ +- man/jwt.*$`).FindAllString(string(config), -1)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manpages of the cask (-commands +.goreleaser.yaml):\n%s", diff)
	}
}

// TestManPages: every command has a page with every section, and no text of ours
// is read as a command of roff.
func TestManPages(t *testing.T) {
	reference := cmd.NewReference()
	request := regexp.MustCompile(`^\.(TH|SH|SS|TP|PP|nh|ad|br|nf|fi|RS|RE|BR)( |$)`)
	for _, c := range reference.Commands {
		text := manPage(&reference, c, "1.2.3", date)
		for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"} {
			if !strings.Contains(text, "\n.SH "+section+"\n") {
				t.Errorf("the page of %s has no section %s", c.Path, section)
			}
		}
		for _, flag := range c.Flags {
			if !strings.Contains(text, bold("--"+flag.Name)) {
				t.Errorf("the page of %s does not have --%s", c.Path, flag.Name)
			}
		}
		if has := strings.Contains(text, `\fB20\fR`); has != asks(c) {
			t.Errorf("the page of %s has the exit codes of a probe: %v", c.Path, has)
		}
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '\'' || line[0] == '.' && !request.MatchString(line) {
				t.Errorf("the page of %s has the line %q", c.Path, line)
			}
			for _, r := range line {
				if r > '~' || r < ' ' {
					t.Errorf("the page of %s has the character %U: %s", c.Path, r, line)
				}
			}
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"-S, --secret":    `\-S, \-\-secret`,
		".so /etc/passwd": `\&.so /etc/passwd`,
		"'x' `y`\n.z":     "\\&'x\\(aq \\(gay\\(ga\n\\&.z",
		`a\nb ~ ^ …`:      `a\enb \(ti \(ha \[u2026]`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"as --http1.1 does, -o - too":          `as \fB\-\-http1.1\fR does, \fB\-o\fR \- too`,
		"with --cert-key. A well-known (--as)": `with \fB\-\-cert\-key\fR. A well\-known (\fB\-\-as\fR)`,
	} {
		var p page
		p.text(text)
		if got := strings.TrimSpace(p.String()); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestPackage: the same commit gives the same files, and they say the version.
func TestPackage(t *testing.T) {
	t.Chdir("../../..")
	var all [2]map[string]string
	for i := range all {
		dir := filepath.Join(t.TempDir(), "share")
		if err := run([]string{"package", dir, "1.2.3"}, "1795000000"); err != nil {
			t.Fatal(err)
		}
		all[i] = map[string]string{}
		err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			all[i][filepath.ToSlash(name[len(dir):])] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(all[0], all[1]); diff != "" {
		t.Error(diff)
	}
	r, err := gzip.NewReader(strings.NewReader(all[0]["/man/jwt-key-new.1.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || !bytes.HasPrefix(text, []byte(`.TH JWT\-KEY\-NEW 1 2026-11-18 "jwt 1.2.3"`)) {
		t.Errorf("%.80s, %v", text, err)
	}
	if err := run([]string{"package", t.TempDir(), "1.2.3"}, ""); err == nil {
		t.Error("a package without a date")
	}
}

// TestSBOM: what a binary says of itself, with the licences.
func TestSBOM(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "sbom.json")
	if err := writeSBOM("sbom.go", file, "1.2.3", date); err == nil {
		t.Error("a file that is no binary has a bill of materials")
	}
	binary := filepath.Join(dir, "jwt")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", binary, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := writeSBOM(binary, file, "1.2.3", date); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got bom
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Metadata.Timestamp != "2026-11-23T00:30:00Z" || got.Metadata.Component.Version != "1.2.3" || !slices.ContainsFunc(got.Components, func(c component) bool {
		return strings.HasPrefix(c.PURL, "pkg:golang/github.com/spf13/cobra@v") && c.Licences[0].Licence.ID == "Apache-2.0"
	}) {
		t.Errorf("%s", text)
	}
}
