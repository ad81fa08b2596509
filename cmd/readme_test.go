package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

// consoleBlock is an example in the README: lines that start with "$ " are typed,
// the others are what comes back, stderr included.
var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```\n")

func readReadme(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(readme)
}

// TestReadmeExamples types every console block of the README, all in one shell
// and one folder, and compares what comes back.
func TestReadmeExamples(t *testing.T) {
	const file = "../README.md"
	readme := readReadme(t)
	blocks := consoleBlock.FindAllStringSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no example")
	}
	const mark = "-----8-----"
	script := "exec 2>&1\n"
	for i, block := range blocks {
		script += "echo " + mark + strconv.Itoa(i) + "\n"
		for line := range strings.Lines(block[1]) {
			if command, typed := strings.CutPrefix(line, "$ "); typed {
				script += "cat <<'TYPED'\n" + line + "TYPED\n" + command
			}
		}
	}
	transcript := filepath.Join(t.TempDir(), "transcript")
	dir := t.TempDir()
	txtar := "exec sh example.sh\ncp stdout " + transcript + "\n-- example.sh --\n" + script
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), []byte(txtar), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("shell", func(t *testing.T) { testscript.Run(t, testscript.Params{Dir: dir}) })
	typed, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatal(err)
	}
	outputs := strings.Split(string(typed), mark)[1:]
	if len(outputs) != len(blocks) {
		t.Fatalf("%d blocks came back, %d were typed", len(outputs), len(blocks))
	}
	i := -1
	fresh(t, file, consoleBlock.ReplaceAllFunc([]byte(readme), func([]byte) []byte {
		i++
		_, output, _ := strings.Cut(outputs[i], "\n")
		return []byte("```console\n" + output + "```\n")
	}))
}

// readmeTables are the parts of the README that are made from what the program uses.
var readmeTables = []struct {
	name, from string
	table      func() string
}{
	{"commands", "the command tree", commandsTable},
	{"variables", "cmd/settings.go", variablesTable},
	{"migrating", "cmd/topics.go", migratingTable},
}

func TestReadmeTables(t *testing.T) {
	for _, part := range readmeTables {
		start, end := "<!-- "+part.name+": made from "+part.from+" -->\n", "<!-- end of "+part.name+" -->"
		before, rest, ok := strings.Cut(readReadme(t), start)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("README.md has no place for %q … %q", start, end)
		}
		fresh(t, "../README.md", []byte(before+start+part.table()+end+after))
	}
}

func commandsTable() string {
	var b strings.Builder
	b.WriteString("| for | command | does |\n|---|---|---|\n")
	defer func(sorted bool) { cobra.EnableCommandSorting = sorted }(cobra.EnableCommandSorting)
	cobra.EnableCommandSorting = false // as in Main
	root := (&app{}).commands(nil)
	for _, group := range root.Groups() {
		title := group.Title
		for _, c := range root.Commands() {
			if c.GroupID != group.ID || !c.IsAvailableCommand() {
				continue
			}
			var subs []string
			for _, sub := range c.Commands() {
				subs = append(subs, "`"+sub.Name()+"`: "+strings.ToLower(sub.Short[:1])+sub.Short[1:])
			}
			does := strings.Join(append([]string{c.Short}, subs...), "<br>")
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", title, c.CommandPath(), does)
			title = ""
		}
	}
	return b.String()
}

func variablesTable() string {
	var b strings.Builder
	b.WriteString("| for | variables |\n|---|---|\n")
	var commands []string
	names := map[string][]string{}
	for _, row := range settingTable {
		if row.places&inVariable == 0 {
			continue
		}
		if names[row.commands] == nil {
			commands = append(commands, row.commands)
		}
		names[row.commands] = append(names[row.commands], "`"+variable(row.flag)+"`")
	}
	for _, c := range commands {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.Join(strings.Fields(c), "`, `"), strings.Join(names[c], " "))
	}
	return b.String()
}

func migratingTable() string {
	var b strings.Builder
	b.WriteString("| from | there | here |\n|---|---|---|\n")
	for _, m := range migrations {
		from := m.from
		for _, line := range m.lines {
			theirs := "`" + line.theirs + "`"
			if m.from == "jwt.io" { // which has a page, not commands
				theirs = line.theirs
			}
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", from, theirs, line.ours)
			from = ""
		}
		if m.notes != "" {
			fmt.Fprintf(&b, "| | | %s |\n", strings.ReplaceAll(m.notes, "\n", " "))
		}
	}
	return b.String()
}

var (
	typedCommand = regexp.MustCompile("(?m)\\bjwt ((?:[a-z]+ ?)+)([^|;&`\n]*)")
	typedFlag    = regexp.MustCompile(`(?:^|\s)(--[a-z][a-z0-9.-]*|-[A-Za-z]\b)`)
	flagAlone    = regexp.MustCompile("`--([a-z][a-z0-9.-]*)")
	fencedBlock  = regexp.MustCompile("(?ms)^```.*?^```\n")
	codeSpan     = regexp.MustCompile("`[^`\n]+`")
)

// TestReadmeFlags: each command that the README shows is there, and has the flags that
// stand behind it; a flag that stands alone is one of some command.
func TestReadmeFlags(t *testing.T) {
	readme := strings.Replace(readReadme(t), migratingTable(), "", 1) // others' flags too
	prose := fencedBlock.ReplaceAllString(readme, "")
	code := strings.Join(append(fencedBlock.FindAllString(readme, -1), codeSpan.FindAllString(prose, -1)...), "\n")
	code = shellComment.ReplaceAllString(code, "")
	root := (&app{}).commands(nil)
	root.InitDefaultHelpCmd()
	has := func(c *cobra.Command, name string) bool {
		c.InheritedFlags() // merges them in
		if long, ok := strings.CutPrefix(name, "--"); ok {
			return c.Flags().Lookup(long) != nil
		}
		return c.Flags().ShorthandLookup(name[1:]) != nil
	}
	commands := 0
	for _, match := range typedCommand.FindAllStringSubmatch(code, -1) {
		c, _, err := root.Find(strings.Fields(match[1]))
		if err != nil || c == root {
			t.Errorf("there is no command %q", match[0])
			continue
		}
		commands++
		for _, f := range typedFlag.FindAllStringSubmatch(match[2], -1) {
			if !has(c, f[1]) {
				t.Errorf("%s has no flag %s: %q", c.CommandPath(), f[1], match[0])
			}
		}
	}
	alone := flagAlone.FindAllStringSubmatch(prose, -1)
	for _, match := range alone {
		if !slices.ContainsFunc(flagTable, func(row flagRow) bool { return row.name == match[1] }) {
			t.Errorf("no command has --%s", match[1])
		}
	}
	if commands < 100 || len(alone) < 30 {
		t.Errorf("only %d commands and %d flags were found", commands, len(alone))
	}
}

var (
	markdownLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	markdownHeading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchor     = regexp.MustCompile(`[^a-z0-9 -]`)
)

// TestReadmeLinks: what the README links to in this repository is there, and the page
// itself has the headings.
func TestReadmeLinks(t *testing.T) {
	readme := fencedBlock.ReplaceAllString(readReadme(t), "")
	anchors := map[string]bool{}
	for _, heading := range markdownHeading.FindAllStringSubmatch(readme, -1) {
		anchor := notInAnchor.ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors["#"+strings.ReplaceAll(anchor, " ", "-")] = true
	}
	for _, link := range markdownLink.FindAllStringSubmatch(readme, -1) {
		to := link[1]
		switch {
		case strings.HasPrefix(to, "https://"):
		case strings.HasPrefix(to, "#"):
			if !anchors[to] {
				t.Errorf("there is no heading %s", to)
			}
		default:
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(to))); err != nil {
				t.Errorf("a link leads nowhere: %v", err)
			}
		}
	}
}

var chartExit = regexp.MustCompile(`(?m)(\d+) +(accepted|rejected|stripped|altered|intercepted|undetermined)\b`)

// TestUnauthorizedCharts: the ways from a 401, in the README and in help, have the exit
// codes of the table, and all of those that a first question has.
func TestUnauthorizedCharts(t *testing.T) {
	_, chart, _ := strings.Cut(readReadme(t), "```text\njwt probe ")
	chart, _, _ = strings.Cut(chart, "```\n")
	for where, text := range map[string]string{"README.md": chart, "jwt help 401": unauthorizedTopic} {
		said := map[string]string{}
		for _, match := range chartExit.FindAllStringSubmatch(text, -1) {
			said[match[2]] = match[1]
		}
		for _, row := range exits {
			want := strconv.Itoa(row.code.number())
			if row.code == exitUnexpectedYes { // nothing else was expected
				want = "0"
			}
			if row.verdict != "" && said[row.verdict] != want {
				t.Errorf("%s: %s is %q, want %s", where, row.verdict, said[row.verdict], want)
			}
		}
		for _, code := range []exitCode{exitSignature, exitExpired, exitNotYet, exitClaims, exitNoKey} {
			if !regexp.MustCompile(`\b` + strconv.Itoa(code.number()) + `\b`).MatchString(text) {
				t.Errorf("%s does not have %d", where, code.number())
			}
		}
	}
}
