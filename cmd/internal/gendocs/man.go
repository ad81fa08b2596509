package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/cmd"
)

// Manual pages in the macros of man(7), straight from the tables. Cobra's own
// generator knows no groups of flags, and no exit codes.

const projectURL = "https://github.com/jwt-toolkit/jwt"

// exitTopic is the topic that the section on the exit status is instead of.
const exitTopic = "exit-codes"

// pageName is the name of a command's page: "jwt-key-new".
func pageName(path string) string { return strings.ReplaceAll(path, " ", "-") }

func manPage(r *cmd.Reference, c cmd.CommandReference, version string, date time.Time) string {
	isRoot := c.Parent == ""
	var p page
	p.line(`.TH %s 1 %s "jwt %s" "User Commands"`, strings.ToUpper(escape(pageName(c.Path))), date.Format(time.DateOnly), escape(version))
	// Neither justified nor hyphenated: half of it is flags and names.
	p.line(".nh")
	p.line(".ad l")

	p.section("NAME")
	p.line(`%s \- %s`, escape(pageName(c.Path)), escape(c.Short))

	p.section("SYNOPSIS")
	p.line("%s", synopsis(c))
	for _, alias := range c.Aliases {
		p.line(".br")
		p.line("%s", synopsis(cmd.CommandReference{Path: c.Parent + " " + alias, Usage: c.Parent + " " + alias + strings.TrimPrefix(c.Usage, c.Path)}))
	}

	p.section("DESCRIPTION")
	p.prose(c.Long)

	p.commands(r, c.Path)

	p.section("OPTIONS")
	group := ""
	for _, flag := range c.Flags {
		if flag.Group != group {
			group = flag.Group
			p.line(".SS %s", escape(group))
		}
		name := bold("--" + flag.Name)
		if flag.Short != "" {
			name = bold("-"+flag.Short) + ", " + name
		}
		if flag.Value != "" {
			name += " " + italic(flag.Value)
		}
		p.line(".TP")
		p.line("%s", name)
		p.text(flag.Usage)
	}

	p.section("EXIT STATUS")
	for _, exit := range r.Exits {
		if exit.Probe && !asks(c) {
			continue
		}
		p.line(".TP")
		p.line("%s", bold(exit.Code))
		meaning := exit.Meaning
		if exit.Outcomes != "" {
			meaning += " (" + exit.Outcomes + ")"
		}
		p.text(meaning)
	}
	for _, t := range r.Topics {
		if t.Name == exitTopic {
			p.remarks(t)
		}
	}

	p.section("ENVIRONMENT")
	for _, v := range c.Variables {
		p.line(".TP")
		p.line("%s", bold(v.Name))
		p.text("The same as --" + v.Flag + ", which wins over it.")
	}
	for _, v := range environment(c) {
		p.line(".TP")
		p.line("%s", v.names)
		p.text(v.meaning)
	}

	if isRoot {
		p.section("FILES")
		p.line(".TP")
		p.line("%s", italic("~/.config/jwt/config.yaml"))
		p.text("Settings in profiles; see HELP ENVIRONMENT.")
		p.line(".TP")
		p.line("%s", italic("~/.cache/jwt"))
		p.text("Published keys that were fetched over https, until they have to be asked for again.")
		for _, t := range r.Topics {
			if t.Name == exitTopic {
				continue
			}
			p.section(strings.ToUpper("help " + t.Name))
			_, body, _ := strings.Cut(t.Text, "\n\n")
			p.line("%s.", escape(t.Short))
			p.line(".PP")
			p.prose(body)
		}
	}

	p.section("EXAMPLES")
	p.example(c.Example)

	p.section("SEE ALSO")
	var also []string
	if !isRoot {
		also = append(also, "jwt")
	}
	for _, other := range r.Commands {
		if other.Path != c.Path && other.Parent != "" &&
			(other.Path == c.Parent || other.Parent == c.Path || other.Parent == c.Parent && (other.Group == c.Group || isRoot)) {
			also = append(also, pageName(other.Path))
		}
	}
	for i, name := range also {
		also[i] = ".BR " + escape(name) + " (1)"
	}
	p.line("%s", strings.Join(also, " ,\n"))
	p.line(".PP")
	p.line("%s", escape(projectURL))
	return p.String()
}

// commands lists those below a command, if there are any.
func (p *page) commands(r *cmd.Reference, path string) {
	group, started := "", false
	for _, sub := range r.Commands {
		if sub.Parent != path {
			continue
		}
		if !started {
			p.section("COMMANDS")
			started = true
		}
		if sub.Group != group {
			group = sub.Group
			p.line(".SS %s", escape(group))
		}
		p.line(".TP")
		p.line("%s", bold(sub.Path))
		p.text(sub.Short + ".")
	}
}

// asks reports whether a command answers as a probe does.
func asks(c cmd.CommandReference) bool {
	switch c.Path {
	case "jwt", "jwt probe", "jwt login", "jwt demo":
		return true
	}
	return false
}

type variables struct{ names, meaning string }

// environment is what a command reads of it besides the names of flags.
func environment(c cmd.CommandReference) []variables {
	list := []variables{
		{bold("NO_COLOR") + ", " + bold("CLICOLOR") + ", " + bold("CLICOLOR_FORCE") + ", " + bold("FORCE_COLOR"), "Whether there is colour, if --color does not say it."},
		{bold("XDG_CONFIG_HOME"), "Where jwt/config.yaml is looked for, instead of ~/.config."},
	}
	var network, keys bool
	for _, flag := range c.Flags {
		network = network || flag.Name == "proxy"
		keys = keys || flag.Name == "offline"
	}
	if network || c.Parent == "" {
		list = append(list, variables{bold("HTTPS_PROXY") + ", " + bold("HTTP_PROXY") + ", " + bold("NO_PROXY"), "The proxy, if --proxy names none, and the hosts that are asked without it."})
	}
	if keys || c.Parent == "" {
		list = append(list, variables{bold("XDG_CACHE_HOME"), "Where fetched keys are kept, instead of ~/.cache."})
	}
	return list
}

// A page is a manual page as it is written.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) {
	_, _ = fmt.Fprintf(p, format+"\n", args...) // a Builder takes everything
}

func (p *page) section(name string) { p.line(".SH %s", escape(name)) }

// text is a paragraph of prose, with its flags in bold.
func (p *page) text(text string) {
	const width = 80 // of the source; a paragraph is filled when it is shown
	text = flagWord.ReplaceAllStringFunc(escape(text), func(match string) string {
		at := strings.Index(match, `\-`)
		return match[:at] + `\fB` + match[at:] + `\fR`
	})
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) <= width:
			line += " " + word
		default:
			p.line("%s", line)
			line = word
			if word[0] == '.' { // which would make it a command there
				line = `\&` + word
			}
		}
	}
	p.line("%s", line)
}

// flagWord is a flag in escaped text, and what stands before it.
var flagWord = regexp.MustCompile(`(^|[\s(/])(\\-){1,2}[A-Za-z][\w.]*(\\-\w[\w.]*\w|\w)*`)

// prose is text in paragraphs. What is indented is shown as it stands.
func (p *page) prose(text string) {
	for i, part := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		if strings.HasPrefix(part, " ") {
			p.example(part)
			continue
		}
		p.text(part)
	}
}

// remarks are the paragraphs of a topic that are no table.
func (p *page) remarks(t cmd.TopicReference) {
	for i, part := range strings.Split(t.Text, "\n\n") {
		if i > 0 && !strings.HasPrefix(part, " ") {
			p.line(".PP")
			p.text(part)
		}
	}
}

// example is text that is shown as it stands, but for the indentation that help has.
func (p *page) example(text string) {
	p.line(".nf")
	p.line(".RS 4")
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimRight(strings.TrimPrefix(line, "  "), " "); line == "" {
			p.line(".PP")
			continue
		}
		p.line("%s", escape(line))
	}
	p.line(".RE")
	p.line(".fi")
}

// synopsis sets what is typed in bold, and what stands for something in italics.
func synopsis(c cmd.CommandReference) string {
	return bold(c.Path) + placeholder.ReplaceAllStringFunc(escape(strings.TrimPrefix(c.Usage, c.Path)), func(word string) string {
		return `\fI` + word + `\fR`
	})
}

var placeholder = regexp.MustCompile(`[A-Z]+`)

func bold(text string) string   { return `\fB` + escape(text) + `\fR` }
func italic(text string) string { return `\fI` + escape(text) + `\fR` }

// escape writes text so that roff shows it as it is: "-" stays one that can be
// copied, and nothing at the start of a line is a command.
func escape(text string) string {
	var b strings.Builder
	start := true
	for _, r := range text {
		switch {
		case start && (r == '.' || r == '\''):
			b.WriteString(`\&` + string(r))
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
		start = r == '\n'
	}
	return b.String()
}
