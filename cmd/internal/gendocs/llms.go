package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd"
)

// llms is llms.txt (https://llmstxt.org): all of the help on one page, for programs
// that write command lines.
func llms(r *cmd.Reference) string {
	var b strings.Builder
	root := r.Commands[0]
	fmt.Fprintf(&b, `# jwt

> %s.

%s

- The answer is on stdout, everything else on stderr. -f json makes it one JSON
  document for one token, and a line each for several; errors are then one line of
  JSON on stderr: {"error":{"code","exit","message","hint","retryable"}}.
- A VALUE (secret, key, password, token) is literal text, @FILE, - for stdin,
  env:NAME, b64:…, b64url:…, hex:… or str:… for text that looks like one of these.
  Keep secrets off the command line: env:NAME or @FILE.
- An invalid token is a result, not an error: read the exit code. 0 is never invalid.
- "jwt decode" checks nothing; only "jwt verify" says whether a token is good.

## Commands
`, root.Short, strings.Join(strings.Fields(root.Long), " "))
	for _, c := range r.Commands[1:] {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", c.Path, c.Short+".")
		if len(c.Aliases) > 0 {
			fmt.Fprintf(&b, "The same as: %s.\n", strings.Join(c.Aliases, ", "))
		}
		fmt.Fprintf(&b, "\n    %s\n", c.Usage)
		var names []string
		for _, flag := range c.Flags {
			if !slices.Contains(root.Flags, flag) {
				names = append(names, "--"+flag.Name)
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(&b, "\nFlags: %s\n", strings.Join(names, " "))
		}
		fmt.Fprintf(&b, "\n%s\n", indented(c.Example, "    "))
	}
	b.WriteString("\n## Flags\n\nOne name means one thing; where a command reads it in its own way, that stands below it.\n\n")
	seen := map[string]bool{}
	for _, c := range r.Commands {
		for _, flag := range c.Flags {
			text := ": " + flag.Usage
			if flag.Value != "" {
				text = " " + flag.Value + text
			}
			if seen[flag.Name+text] {
				continue
			}
			name := "--" + flag.Name
			if flag.Short != "" {
				name = "-" + flag.Short + ", " + name
			}
			if seen[flag.Name] {
				name = "in " + c.Path + ": " + name
			}
			seen[flag.Name], seen[flag.Name+text] = true, true
			fmt.Fprintf(&b, "- %s%s\n", name, text)
		}
	}
	b.WriteString("\n## Exit codes\n\n")
	for _, exit := range r.Exits {
		meaning := exit.Meaning
		if exit.Outcomes != "" {
			meaning += " (" + exit.Outcomes + ")"
		}
		fmt.Fprintf(&b, "- %s: %s\n", exit.Code, meaning)
	}
	b.WriteString("\n## Topics\n\n")
	for _, t := range r.Topics {
		fmt.Fprintf(&b, "- jwt help %s: %s\n", t.Name, t.Short)
	}
	b.WriteString(`
## Documentation

- [README](README.md): what it is for, installing it, recipes
- [CHANGELOG](CHANGELOG.md): what has changed for users
- [Third-party software](THIRD_PARTY.md): what the binary contains, and its licences
`)
	return b.String()
}

// indented is an example of help, which has two blanks at the start of each line,
// as a block of Markdown.
func indented(text, indent string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimPrefix(line, "  "); strings.TrimSpace(line) != "" {
			line = indent + line
		}
		b.WriteString(line)
	}
	return b.String()
}
