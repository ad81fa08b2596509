package cmd

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// reportForms is every form of --report, and the one place to add another.
var reportForms = []struct {
	name  string
	write func(title string, cases []ui.TestCase) []byte
}{
	{"junit", ui.JUnit},
}

// report is a flag with a form and a file: junit=FILE.
type report struct {
	text
	file  string
	write func(title string, cases []ui.TestCase) []byte
}

func (r *report) Set(value string) error {
	name, file, _ := strings.Cut(value, "=")
	names := make([]string, len(reportForms))
	for i, row := range reportForms {
		if names[i] = row.name; row.name == name {
			r.file, r.write = file, row.write
		}
	}
	switch {
	case r.write == nil:
		return notOneOf(name, names)
	case r.file == "":
		return errors.New("no file in it: " + name + "=FILE")
	}
	return r.text.Set(value)
}

// reporting runs a verb, and writes the report that was asked for: also of a run
// that ended in an error, but not of one that was cut short.
func (a *app) reporting(ctx context.Context, r *report, run func() error) error {
	if !r.set {
		return run()
	}
	if err := a.freeName("--report", r.file); err != nil {
		return err
	}
	a.reports = true
	err := run()
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		a.fail(err)
	}
	return a.writeFile("--report", r.file, r.write(a.title, a.cases), false)
}

// testCase is an answer as a row of a report. It is redacted here: what an
// encoding changes would not be found in it.
func (a *app) testCase(ans answer, exit exitCode) ui.TestCase {
	c := ui.TestCase{Name: cmp.Or(ans.place, "token")}
	switch {
	case ans.err != nil:
		c.Kind, c.Broken = exit.row().name, true
		c.Details = []string{a.secrets.Redact(ans.err.Error())}
	case exit != exitOK:
		c.Kind = exit.row().name
		for _, f := range ans.findings() {
			if f.level == ui.Error {
				c.Details = append(c.Details, a.secrets.Redact(f.text))
			}
		}
	}
	return c
}
