package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// systems are those that releases are built for. They are built of different modules.
var systems = []string{"linux", "darwin", "windows", "freebsd"}

// A module is one that is linked into the program.
type module struct {
	path, version string
	licence       string // SPDX identifier
	text          string // of the licence, with the names of who holds the rights
}

// linked are the modules of the program on all systems, in the order of their paths,
// Go itself first. What is not in the module cache is fetched, as for a build.
func linked() ([]module, error) {
	seen := map[string]module{}
	for _, system := range systems {
		const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
		c := exec.Command("go", "list", "-deps", "-f", format, program) //nolint:noctx // ends by itself
		c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w: %s", err, &stderr)
		}
		for line := range strings.Lines(string(out)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if len(fields) != 3 || seen[fields[0]].path != "" {
				continue
			}
			m := module{path: fields[0], version: fields[1]}
			if m.licence, m.text, err = licenceIn(fields[2]); err != nil {
				return nil, fmt.Errorf("%s: %w", m.path, err)
			}
			seen[m.path] = m
		}
	}
	var list []module
	for _, m := range seen {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	// Not every installation of Go has its licence at hand; its authors' modules do.
	goAuthors := seen["golang.org/x/term"]
	if goAuthors.text == "" {
		return nil, fmt.Errorf("golang.org/x/term, whose licence is that of Go, is not linked any more")
	}
	return slices.Insert(list, 0, module{path: "Go (standard library and runtime)", licence: goAuthors.licence, text: goAuthors.text}), nil
}

const program = "github.com/jwt-toolkit/jwt"

// licences are how the ones we know are told apart: by a phrase that the others lack.
var licences = []struct{ id, phrase string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"ISC", "Permission to use, copy, modify, and distribute this software for any purpose with or without fee"},
	{"BSD-3-Clause", "Neither the name of"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce"},
	{"MIT", "Permission is hereby granted, free of charge"},
}

// licenceIn reads the licence of a module in its folder.
func licenceIn(dir string) (id, text string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "LICENSE*"))
	if err != nil || len(files) != 1 {
		return "", "", fmt.Errorf("%d licences in %s", len(files), dir)
	}
	if notices, _ := filepath.Glob(filepath.Join(dir, "NOTICE*")); len(notices) > 0 {
		return "", "", fmt.Errorf("%s has a notice, which has to be shipped too (Apache-2.0, section 4d)", dir)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		return "", "", err
	}
	text = strings.Trim(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	for _, l := range licences {
		if strings.Contains(strings.Join(strings.Fields(text), " "), l.phrase) {
			return l.id, text, nil
		}
	}
	return "", "", fmt.Errorf("%s is none of the licences that are known", files[0])
}

// holders are the lines of a licence that say whose the rights are.
func holders(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "Copyright "); ok && !slices.Contains(list, rest) {
			list = append(list, strings.TrimPrefix(rest, "(c) "))
		}
	}
	return list
}

// thirdParty is THIRD_PARTY.md: what is linked into the program and what it demands.
func thirdParty(modules []module) string {
	var b strings.Builder
	b.WriteString(`# Third-party software

The released ` + "`jwt`" + ` is one binary that contains the modules below, each under its own
licence. Their texts follow. Not every system's binary has all of them. This file is
made from go.mod and the modules themselves, and a test holds it fresh
(` + "`go test ./cmd/internal/gendocs -update`" + `).

| module | version | licence |
|---|---|---|
`)
	for _, m := range modules {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, cmp.Or(m.version, "that of the build: `jwt version`"), m.licence)
	}
	b.WriteString(`
Not in the binary, but in this repository: test vectors and keys of other projects in
` + "`testdata/vectors`" + `, with their licences in ` + "`testdata/vectors/licences`" + `; where each is
from is in ` + "`testdata/vectors/README.md`" + `.

## Licences
`)
	for _, l := range texts(modules) {
		fmt.Fprintf(&b, "\n### %s: %s\n\n```text\n%s\n```\n", l.licence, strings.Join(l.paths, ", "), l.text)
	}
	return b.String()
}

// A shared is a text of a licence that several modules may have.
type shared struct {
	licence, text string
	paths         []string
}

func texts(modules []module) []shared {
	var list []shared
	for _, m := range modules {
		i := slices.IndexFunc(list, func(s shared) bool { return s.text == m.text })
		if i < 0 {
			i = len(list)
			list = append(list, shared{licence: m.licence, text: m.text})
		}
		list[i].paths = append(list[i].paths, m.path)
	}
	return list
}

// copyright is Debian's, in its machine-readable form
// (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/). The modules
// stand as if vendored: that is how their files are named there.
func copyright(ours string, modules []module) string {
	var b strings.Builder
	fmt.Fprintf(&b, `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: jwt
Source: %s
Comment: The program is one binary, which contains the modules named below.
`, projectURL)
	list := slices.Insert(texts(modules), 0, shared{licence: "MIT", text: ours, paths: []string{"*"}})
	for _, l := range list {
		files := slices.Clone(l.paths)
		for i, path := range files {
			switch {
			case l.text == ours: // all that is not named below
			case !strings.Contains(path, "."):
				files[i] = "go/src/*"
			default:
				files[i] = "vendor/" + path + "/*"
			}
		}
		owners := holders(l.text)
		if len(owners) == 0 {
			owners = []string{"The authors of " + strings.Join(l.paths, ", ")}
		}
		fmt.Fprintf(&b, "\nFiles: %s\nCopyright: %s\n", strings.Join(files, "\n "), strings.Join(owners, "\n "))
		if l.licence == "Apache-2.0" {
			b.WriteString("License: Apache-2.0\n On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.\n")
			continue
		}
		fmt.Fprintf(&b, "License: %s\n", cmp.Or(map[string]string{"MIT": "Expat", "BSD-3-Clause": "BSD-3-clause"}[l.licence], l.licence))
		for line := range strings.Lines(l.text) {
			fmt.Fprintf(&b, " %s\n", cmp.Or(strings.TrimSpace(line), "."))
		}
	}
	return b.String()
}
