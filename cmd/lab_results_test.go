//go:build lab && linux

package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What came of the lab is committed twice: as a table, and as the logs of what went
// over the wire. With -update both are written anew.
const (
	labResults = labDir + "/RESULTS.md"
	labWire    = "../testdata/wire"
)

var labAddress = regexp.MustCompile(`\b(127\.0\.0\.1|localhost):\d+`)

// record keeps a log for those who have no server. Ports and folders of this run are no
// news.
func (l *lab) record(c labCase, token, log string) {
	if !*update {
		return
	}
	data, err := os.ReadFile(log)
	if err != nil {
		l.Fatal(err)
	}
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(c.URL+c.Path), "-"), "-")
	file := filepath.Join(labWire, l.name, name+"."+token+".json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // a folder of the source tree
		l.Fatal(err)
	}
	var small bytes.Buffer
	text := string(labAddress.ReplaceAll(data, []byte("$1:5000")))
	news := []string{l.dir, "/srv/lab", labHome(l.T), "/srv/lab", ":" + l.values["PORT"], ":5000", ":" + l.values["OTHER_PORT"], ":5000"}
	if err := json.Compact(&small, []byte(strings.NewReplacer(news...).Replace(text))); err != nil {
		l.Fatal(err)
	}
	small.WriteByte('\n')
	if err := os.WriteFile(file, small.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the source tree
		l.Fatal(err)
	}
}

// labTable is the table of the results as a page. Each row has its cells between
// tabs.
func labTable(header string, rows []string) string {
	var page strings.Builder
	page.WriteString("# What the probe says in the lab\n\nWritten by `go test -tags lab -run Lab ./cmd -update`, and held fresh by every run.\n\n")
	line := func(row string) {
		cells := strings.Split(row, "\t")
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		fmt.Fprintf(&page, "| %s |\n", strings.Join(cells, " | "))
	}
	line(header)
	line(strings.Repeat("---\t", strings.Count(header, "\t")) + "---")
	for _, row := range rows {
		line(row)
	}
	return page.String()
}

// labFresh holds RESULTS.md against the rows of this run: all of it, if all
// deployments have run.
func labFresh(t *testing.T, header string, rows []string, all bool) {
	want := labTable(header, rows)
	if all {
		fresh(t, labResults, []byte(want))
		return
	}
	committed, err := os.ReadFile(labResults)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(committed), "\n")
	for line := range strings.Lines(want) {
		if line = strings.TrimSuffix(line, "\n"); !slices.Contains(lines, line) {
			t.Errorf("%s does not have the line\n%s", labResults, line)
		}
	}
}
