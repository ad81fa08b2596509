package cmd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// A reportForm is a form of --report.
type reportForm struct {
	name  string
	write func(*app) []byte
}

// reportForms is every form of --report, and the one place to add another. The first
// is for any verb; the others show one answer as a whole.
var reportForms = []reportForm{
	{"junit", func(a *app) []byte { return ui.JUnit(a.title, a.cases) }},
	{"html", func(a *app) []byte { return ui.HTML(a.report, &a.secrets) }},
	{"md", func(a *app) []byte { return ui.Markdown(a.report, &a.secrets) }},
}

// reports is a flag with a form and a file, junit=FILE; once for each form.
type reports struct {
	allowed []reportForm
	about   string // what an answer is about, if nothing else says it
	files   []reportFile
}

type reportFile struct {
	reportForm
	file string
}

func (r *reports) String() string { return "" }
func (r *reports) Type() string   { return "report" }
func (r *reports) Set(value string) error {
	name, file, _ := strings.Cut(value, "=")
	form := slices.IndexFunc(r.allowed, func(f reportForm) bool { return f.name == name })
	switch {
	case form < 0:
		return notOneOf(name, r.names())
	case file == "":
		return errors.New("no file in it: " + name + "=FILE")
	case slices.ContainsFunc(r.files, func(f reportFile) bool { return f.name == name }):
		return errTwice
	case slices.ContainsFunc(r.files, func(f reportFile) bool { return f.file == file }):
		return errors.New("two reports in one file")
	}
	r.files = append(r.files, reportFile{r.allowed[form], file})
	return nil
}

func (r *reports) names() []string {
	names := make([]string, len(r.allowed))
	for i, f := range r.allowed {
		names[i] = f.name
	}
	return names
}

// reporting runs a verb, and writes the reports that were asked for: also of a run
// that ended in an error, but not of one that was cut short before it had an
// answer, or had nothing to do.
func (a *app) reporting(ctx context.Context, r *reports, run func() error) error {
	if len(r.files) == 0 {
		return run()
	}
	for _, f := range r.files {
		if err := a.freeName("--report", f.file); err != nil {
			return err
		}
	}
	a.reports, a.about = true, r.about
	err := run()
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		if exitOfError(err) == exitUsage {
			return err // nothing was done
		}
		a.fail(err)
		a.report = a.errorReport(err)
	}
	var failed error
	for _, f := range r.files {
		failed = cmp.Or(failed, a.writeFile("--report", f.file, f.write(a), false))
	}
	return failed
}

// testCase is an answer as a row of a report. It is redacted here: what an
// encoding changes would not be found in it.
func (a *app) testCase(ans answer, exit exitCode) ui.TestCase {
	c := ui.TestCase{Name: cmp.Or(ans.place, a.secrets.Redact(a.about))}
	switch {
	case ans.err != nil:
		c.Kind, c.Broken = exit.row().name, true
		c.Details = []string{a.secrets.Redact(ans.err.Error())}
	case exit != exitOK:
		c.Kind = exit.row().name
		for _, f := range ans.findings() {
			if f.level == ui.Error || ans.report != nil { // of a probe also who may be behind it
				c.Details = append(c.Details, a.secrets.Redact(f.text))
			}
		}
	}
	return c
}
