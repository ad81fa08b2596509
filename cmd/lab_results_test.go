//go:build lab && linux

package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What came of the lab is committed twice: as a table, and as the logs of what went
// over the wire. With -update both are written anew.
const labResults = labDir + "/RESULTS.md"

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
	file := l.log(c, token)
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

// labFresh holds RESULTS.md against the rows of this run. What has not run stays as it
// is, with -update too.
func labFresh(t *testing.T, header string, rows []string, deployments []*labDeployment) {
	committed, err := os.ReadFile(labResults)
	if err != nil {
		t.Fatal(err)
	}
	key := func(row string) string { return strings.Join(strings.SplitN(row, "\t", 4)[:3], "\t") }
	known := map[string]string{}
	for line := range strings.Lines(string(committed)) {
		if cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |\n"), " | "); len(cells) > 3 {
			row := strings.ReplaceAll(strings.Join(cells, "\t"), `\|`, "|")
			known[key(row)] = row
		}
	}
	for _, row := range rows {
		known[key(row)] = row
	}
	var all []string
	for _, d := range deployments {
		for _, c := range d.Cases {
			for _, token := range labTokens {
				if row, ok := known[d.name+"\t"+c.URL+c.Path+"\t"+token]; ok {
					all = append(all, row)
				}
			}
		}
	}
	fresh(t, labResults, []byte(labTable(header, all)))
}
