package ui

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
)

// Mark is how good a thing is. Its zero value is Unsure: nothing is good until
// something said so.
type Mark int

const (
	Unsure Mark = iota
	Good
	Bad
)

var marks = [...]struct {
	sign   string
	colour color.Attribute
}{
	Unsure: {"?", color.FgYellow},
	Good:   {"✓", color.FgGreen},
	Bad:    {"✗", color.FgRed},
}

const (
	gap = "  " // before each column of a fact and each line of a block

	// maxColumn is the widest text that others are aligned to. A claim may
	// have a name of any length: it must not push its neighbours off the screen.
	maxColumn = 32

	// minDetail is the narrowest column that a detail is wrapped in; below it
	// the terminal does it better.
	minDetail = 16
)

// A Page is human text for one stream, in this order: one verdict line, facts,
// then what is left. Everything in it is escaped, so no caller can forget to;
// formats are the program's own words. Colour never carries meaning alone.
//
// A Page wraps, so a secret is redacted on its way in, not on its way out.
// Width is counted in characters, an approximation: wide and combining ones are
// off by one column each.
type Page struct {
	colour bool
	width  int
	text   bytes.Buffer
	facts  []fact // of the block that is not over yet
}

type fact struct {
	name   string
	mark   Mark
	status string
	detail string
}

// NewPage returns an empty page with or without colour, for a stream that is
// width columns wide; 0 means that nothing is wrapped.
func NewPage(colour bool, width int) *Page {
	return &Page{colour: colour, width: width}
}

// Verdict adds the line that is the answer: ✓, ✗ or ? and the words that say it
// too. It stays one line at any width.
func (p *Page) Verdict(ok Mark, format string, args ...any) {
	p.endFacts()
	p.line(p.paint(ok, marks[ok].sign+" "+Escape(fmt.Sprintf(format, args...))))
}

// Line adds a line of plain text.
func (p *Page) Line(format string, args ...any) {
	p.endFacts()
	p.line(Escape(fmt.Sprintf(format, args...)))
}

// Prose adds a line that is broken between words where it is too long.
func (p *Page) Prose(format string, args ...any) {
	p.endFacts()
	text := Escape(fmt.Sprintf(format, args...))
	indent := len(text) - len(strings.TrimLeft(text, " ")) + len(gap)
	for line := range strings.Lines(Wrap(text, p.width, indent)) {
		p.line(strings.TrimSuffix(line, "\n"))
	}
}

// Fact adds a row of three columns: what was looked at, what came of it in one
// word, coloured as m says, and more about it. Facts that follow each other are
// aligned; a detail too long for the width goes on below itself.
func (p *Page) Fact(name string, m Mark, status, detail string) {
	p.facts = append(p.facts, fact{Escape(name), m, Escape(status), Escape(detail)})
}

// Block adds a title and below it, indented, the lines of a body that Indent has
// laid out.
func (p *Page) Block(title string, body []byte) {
	p.Line("%s", title)
	for line := range strings.Lines(string(body)) {
		p.line(gap + Escape(strings.TrimSuffix(line, "\n"))) // changes nothing that Indent made
	}
}

// Bytes returns the text so far, whole lines all of it. It is valid until the
// next call.
func (p *Page) Bytes() []byte {
	p.endFacts()
	return p.text.Bytes()
}

// endFacts writes the facts that were waiting for the width of their columns.
func (p *Page) endFacts() {
	names, statuses := 0, 0
	for _, f := range p.facts {
		names = max(names, column(f.name))
		statuses = max(statuses, column(f.status))
	}
	for _, f := range p.facts {
		head := gap + f.name + padding(f.name, names) + gap
		indent := len(gap) + names + len(gap)
		if statuses > 0 {
			head += p.paint(f.mark, f.status) + padding(f.status, statuses) + gap
			indent += statuses + len(gap)
		}
		for _, line := range p.wrap(f.detail, indent) {
			p.line(strings.TrimRight(head+line, " "))
			head = strings.Repeat(" ", indent)
		}
	}
	p.facts = nil
}

// wrap breaks text at its spaces into lines that fit behind indent columns. A
// word is cut only if it is longer than a line. There is always one line.
func (p *Page) wrap(text string, indent int) []string {
	text = strings.Trim(text, " ")
	width := p.width - indent
	if p.width == 0 || width < minDetail {
		return []string{text}
	}
	var lines []string
	rest := []rune(text)
	for len(rest) > width {
		var line string
		line, rest = breakLine(rest, width)
		lines = append(lines, line)
	}
	return append(lines, string(rest))
}

// Wrap breaks a text at its spaces into lines of at most width columns, those
// after the first indented; 0 means that nothing is broken.
func Wrap(text string, width, indent int) string {
	rest := []rune(text)
	if width == 0 || len(rest) <= width || width-indent < minDetail {
		return text
	}
	line, rest := breakLine(rest, width)
	for {
		if len(rest) <= width-indent {
			return line + "\n" + strings.Repeat(" ", indent) + string(rest)
		}
		var more string
		more, rest = breakLine(rest, width-indent)
		line += "\n" + strings.Repeat(" ", indent) + more
	}
}

// breakLine takes the first line off a text that is longer than width.
func breakLine(text []rune, width int) (line string, rest []rune) {
	end := width
	for end > 0 && text[end] != ' ' { // the space may be the one just past the edge
		end--
	}
	if end == 0 {
		end = width
	}
	rest = text[end:]
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return string(text[:end]), rest
}

func (p *Page) line(text string) {
	p.text.WriteString(withoutCommand(text))
	p.text.WriteByte('\n')
}

// withoutCommand sees to it that a line is no GitHub workflow command: those start
// with "::" after any white space, and a wrapped detail starts a line wherever a
// stranger likes.
func withoutCommand(line string) string {
	if start := strings.TrimLeftFunc(line, unicode.IsSpace); strings.HasPrefix(start, "::") {
		return strings.TrimSuffix(line, start) + `\u003a` + start[1:]
	}
	return line
}

func (p *Page) paint(m Mark, text string) string {
	if !p.colour || text == "" {
		return text
	}
	c := color.New(marks[m].colour)
	c.EnableColor() // the package's own default knows only the program's stdout
	return c.Sprint(text)
}

// column is the width that text asks of its column.
func column(text string) int {
	if width := utf8.RuneCountInString(text); width <= maxColumn {
		return width
	}
	return 0
}

func padding(text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}
