package ui

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown is a report for an issue or a ticket. No text in it is markup: what could
// be, or could become a link, a mention or a reference to another issue, stands in
// code (CommonMark 6.1), where nothing is.
func Markdown(r Report, secrets *Secrets) []byte {
	w := ticketWriter{reporter: reporter{secrets}}
	r = r.capped()
	w.line("## %s %s", marks[r.Mark].sign, w.prose(strings.TrimSuffix(r.Verdict+": "+r.Words, ": ")))
	w.line("")
	w.line("%s", strings.TrimSpace(w.prose(r.Title)+" "+codeSpan(w.cut(r.About, maxName))+" "+w.prose(r.When)))
	for _, remark := range r.Remarks {
		w.paragraph(remark)
	}
	w.path(r)
	w.advice(r)
	w.tests(r)
	w.places(r)
	if len(r.Facts) > 0 {
		w.heading(headFacts)
		w.items(r.Facts)
	}
	w.paragraph(r.Maker)
	return w.out.Bytes()
}

type ticketWriter struct {
	reporter
	out bytes.Buffer
}

func (w *ticketWriter) line(format string, args ...any) {
	fmt.Fprintf(&w.out, format+"\n", args...)
}

func (w *ticketWriter) heading(words string) { w.line("\n### %s\n", words) }

func (w *ticketWriter) paragraph(text string) {
	if text != "" {
		w.line("\n%s", w.prose(text))
	}
}

// path is drawn in characters: that needs nothing of who shows it.
func (w *ticketWriter) path(r Report) {
	if len(r.Path) == 0 {
		return
	}
	w.heading(headPath)
	if r.PathWords != "" {
		w.line("%s\n", w.prose(r.PathWords))
	}
	var lines []string
	for i, s := range r.Path {
		if i > 0 {
			lines = append(lines, strings.TrimSpace("│ "+w.plain(s.Lost)))
		}
		line := marks[s.Mark].sign + " " + w.plain(s.Name)
		if s.State != "" {
			line += ": " + w.plain(s.State)
		}
		if s.Says != "" {
			line += " (" + w.cut(s.Says, maxName) + ")"
		}
		lines = append(lines, line)
	}
	w.fenced("", lines)
	w.line("\n%s %s · %s %s · %s %s", marks[Good].sign, pathLegend[Good], marks[Bad].sign, pathLegend[Bad], marks[Unsure].sign, pathLegend[Unsure])
	if len(r.Redirects) > 0 {
		w.line("\n%s:\n", headWay)
	}
	for _, text := range r.Redirects {
		w.line("- %s", w.prose(text))
	}
}

func (w *ticketWriter) advice(r Report) {
	if len(r.Causes)+len(r.AlsoCauses)+len(r.Steps) == 0 {
		return
	}
	w.heading(headFix)
	if len(r.Causes) > 0 && r.Likely != "" {
		w.line("%s:\n", w.prose(r.Likely))
	}
	for _, c := range r.Causes {
		w.cause(c)
	}
	if len(r.AlsoCauses) > 0 {
		w.line("%s:\n", headAlso)
		for _, c := range r.AlsoCauses {
			w.cause(c)
		}
	}
	if len(r.Causes) > 0 && len(r.Steps) > 0 {
		w.line("%s:\n", headMore)
	}
	for _, s := range r.Steps {
		w.line("- %s", w.prose(s))
	}
}

func (w *ticketWriter) cause(c Cause) {
	title := "- **" + w.prose(c.Title) + "**"
	if c.ID != "" {
		title += " (" + w.code(c.ID) + ")"
	}
	w.line("%s", title)
	if len(c.Fix) > 0 {
		fix := make([]string, len(c.Fix))
		for i, line := range c.Fix {
			fix[i] = w.plain(line)
		}
		w.line("")
		w.fenced("  ", fix)
		w.line("")
	}
	for _, row := range []Item{{"where", c.Where}, {"check", c.Check}, {"why", c.Why}, {"source", strings.Join(c.Source, " · ")}} {
		switch {
		case row.Text == "":
		case row.Name == "check": // a command, to be copied
			w.line("  - %s: %s", row.Name, w.code(row.Text))
		default:
			w.line("  - %s: %s", row.Name, w.prose(row.Text))
		}
	}
	w.line("")
}

func (w *ticketWriter) tests(r Report) {
	if len(r.Tests)+len(r.NotIt) == 0 {
		return
	}
	w.heading(headTests)
	if len(r.Tests) > 0 {
		w.row("experiment", "what it asks", "status", "what that says", "in its words")
		w.line("|---|---|---|---|---|")
	}
	for _, t := range r.Tests {
		w.row(w.prose(t.Name), w.prose(t.Asks), w.prose(t.Status), w.prose(t.Says), w.code(t.Quote))
	}
	if len(r.NotIt) > 0 {
		w.line("\n%s:\n", headNotIt)
		w.items(r.NotIt)
	}
}

func (w *ticketWriter) places(r Report) {
	if len(r.Elsewhere) > 0 {
		w.heading(headPlaces)
	}
	for _, places := range r.Elsewhere {
		w.line("%s\n", w.prose(places.Words))
		w.row("address", "verdict", "reason")
		w.line("|---|---|---|")
		for _, p := range places.List {
			w.row(w.code(p.Address), marks[p.Mark].sign+" "+w.prose(p.Verdict), w.prose(p.Reason))
		}
		w.line("")
	}
}

func (w *ticketWriter) items(list []Item) {
	for _, i := range list {
		if i.Text == "" {
			w.line("- %s", w.prose(i.Name))
			continue
		}
		w.line("- %s: %s", w.prose(i.Name), w.prose(i.Text))
	}
}

// row is a row of a table. A pipe ends a cell, in code too, unless a backslash stands
// before it; whether one that has a backslash of its own there does is read in two
// ways, so that one is spelt out.
//
// Source: https://github.github.com/gfm/#tables-extension-
func (w *ticketWriter) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.NewReplacer(`\|`, `\\u007c`, "|", `\|`).Replace(cell)
	}
	w.line("| %s |", strings.Join(cells, " | "))
}

// fenced is a block of lines that are taken as they are: its fence is longer than any
// in it.
func (w *ticketWriter) fenced(indent string, lines []string) {
	fence := backticks(3, strings.Join(lines, "\n"))
	w.line("%s%stext", indent, fence)
	for _, line := range lines {
		w.line("%s%s", indent, withoutCommand(line))
	}
	w.line("%s%s", indent, fence)
}

// code is a text as it is, whatever it holds.
func (w *ticketWriter) code(text string) string { return codeSpan(w.plain(text)) }

func codeSpan(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	fence := backticks(1, text)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " " // one space at either end is taken off again
	}
	return fence + text + fence
}

// backticks are so many that no run of them in text is as long, and at least least.
func backticks(least int, text string) string {
	run := 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		least = max(least, run+1)
	}
	return strings.Repeat("`", least)
}

// prose is a text for reading: words of letters and digits as they are, and every other
// in code. So <VirtualHost> is no element, @name calls nobody, and a URL is no link.
func (w *ticketWriter) prose(text string) string {
	words := strings.Fields(w.plain(text))
	for i, word := range words {
		const before, after = `("'`, `)"',;:.?!…`
		start := len(word) - len(strings.TrimLeft(word, before))
		end := start + len(strings.TrimRight(word[start:], after))
		switch inner := word[start:end]; {
		case inner == "", strings.Trim(inner, digits) == "" && end < len(word) && word[end] != ',': // "1." starts a list
			words[i] = codeSpan(word)
		case !harmless(inner):
			words[i] = word[:start] + codeSpan(inner) + word[end:]
		}
	}
	return strings.Join(words, " ")
}

const digits = "0123456789"

// harmless reports whether a word means nothing in Markdown, nor to GitHub, where GH-1
// is an issue: letters and digits with little between them, or a number, a date, a time.
func harmless(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if strings.HasPrefix(strings.ToLower(word), "gh-") || !unicode.IsLetter(first) && !unicode.IsDigit(first) && first != '/' && first != '·' {
		return false
	}
	return strings.Trim(word, digits+"-:.") == "" || !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune("-'/,·…%", r)
	})
}
