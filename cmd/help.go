package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

func (a *app) helpCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		GroupID: groupOther,
		Short:   "Print help for a command or a topic",
		Example: `  jwt help verify
  jwt help 401
  jwt help -j`,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var list []candidate
			under, _, _ := c.Root().Find(args)
			for _, sub := range under.Commands() {
				if sub.IsAvailableCommand() {
					list = append(list, candidate{sub.Name(), sub.Short})
				}
			}
			for _, t := range topics {
				if len(args) == 0 {
					list = append(list, candidate{t.name, t.short})
				}
			}
			return offered(list)
		},
	}
	c.Long = "Print help for a command or a topic.\n\nThe topics are\n"
	for _, t := range topics {
		c.Long += fmt.Sprintf("  %-11s  %s\n", t.name, t.short)
	}
	c.Long += `
With -j it is one JSON document: of all commands with their flags, exit codes
and topics, or of the command or topic that is named.`
	c.RunE = a.verb(func(_ context.Context, args []string) error {
		if i := slices.IndexFunc(topics, func(t topic) bool { return len(args) == 1 && t.name == args[0] }); i >= 0 {
			return a.showTopic(topics[i])
		}
		target, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			hint := "jwt --help lists them"
			if like := helpLike(c.Root(), args[0]); like != "" && len(args) == 1 {
				hint = "did you mean jwt help " + like + "?"
			}
			return &usageError{fmt.Sprintf("there is no command or topic %q", ui.Escape(strings.Join(args, " "))), hint}
		}
		return a.showHelp(target)
	})
	return c
}

// helpLike is the command or topic that a misspelt name was meant to be, if one is near.
func helpLike(root *cobra.Command, name string) string {
	root.SuggestionsMinimumDistance = 2
	for _, like := range root.SuggestionsFor(name) {
		return like
	}
	for _, t := range topics {
		if editDistance(name, t.name) <= 2 && len(name) > 2 {
			return t.name
		}
	}
	return ""
}

// A helpJSON is jwt.help/v1: of everything, or of one command or topic.
type helpJSON struct {
	Schema    string        `json:"schema"`
	Commands  []commandJSON `json:"commands"`
	Flags     []flagJSON    `json:"flags"` // of every command
	ExitCodes []exitJSON    `json:"exit_codes"`
	Topics    []topicJSON   `json:"topics"`
}

type commandJSON struct {
	Path     string        `json:"path"` // "jwt key new"
	Aliases  []string      `json:"aliases"`
	Group    string        `json:"group,omitempty"`
	Args     string        `json:"args"` // "[TOKEN|-|@FILE]..."
	Short    string        `json:"short"`
	Long     string        `json:"long"`
	Examples []string      `json:"examples"`
	Flags    []flagJSON    `json:"flags"`
	Commands []commandJSON `json:"commands"`
}

type flagJSON struct {
	Name       string   `json:"name"`
	Short      string   `json:"short,omitempty"`
	Value      string   `json:"value,omitempty"`  // placeholder; none: a switch
	Values     []string `json:"values,omitempty"` // if there are only these
	Group      string   `json:"group"`
	Usage      string   `json:"usage"`
	Default    string   `json:"default,omitempty"`
	Env        string   `json:"env,omitempty"` // the variable that gives it, too
	Repeatable bool     `json:"repeatable"`
}

type exitJSON struct {
	Code      int      `json:"code"`
	Name      string   `json:"name,omitempty"` // as in {"error":{"code":…}}
	Meaning   string   `json:"meaning"`
	Outcomes  []string `json:"outcomes"` // of jwt verify and jwt probe
	Retryable bool     `json:"retryable"`
}

type topicJSON struct {
	Name  string `json:"name"`
	Short string `json:"short"`
	Text  string `json:"text,omitempty"` // where it was asked for
}

func (a *app) showTopic(t topic) error {
	doc := helpJSON{"jwt.help/v1", []commandJSON{}, []flagJSON{}, []exitJSON{}, []topicJSON{{t.name, t.short, t.text()}}}
	return a.showText(doc, t.text())
}

func (a *app) showHelp(c *cobra.Command) error {
	if a.json() {
		return a.showText(helpDocument(c), "")
	}
	return a.showText(helpJSON{}, helpText(c))
}

func (a *app) showText(doc helpJSON, text string) error {
	return a.show(answer{exit: exitOK, json: doc, text: func(p *ui.Page) {
		for line := range strings.Lines(text) {
			p.Line("%s", strings.TrimSuffix(line, "\n"))
		}
	}})
}

// helpDocument is all that help says of a command; of the root, all that there is.
func helpDocument(c *cobra.Command) helpJSON {
	doc := helpJSON{Schema: "jwt.help/v1", Commands: []commandJSON{}, Flags: flagDocuments(c.Root()), ExitCodes: []exitJSON{}, Topics: []topicJSON{}}
	for _, r := range exits {
		doc.ExitCodes = append(doc.ExitCodes, exitJSON{r.code.number(), r.name, r.meaning, orEmpty(r.outcomeNames()), r.retryable})
	}
	if c.HasParent() {
		doc.Commands = append(doc.Commands, commandDocument(c))
		return doc
	}
	for _, sub := range c.Commands() {
		doc.Commands = append(doc.Commands, commandDocument(sub))
	}
	for _, t := range topics {
		doc.Topics = append(doc.Topics, topicJSON{t.name, t.short, ""})
	}
	return doc
}

func commandDocument(c *cobra.Command) commandJSON {
	doc := commandJSON{
		Path: c.CommandPath(), Aliases: orEmpty(c.Aliases), Group: c.GroupID, Args: strings.TrimPrefix(strings.TrimPrefix(c.Use, c.Name()), " "),
		Short: c.Short, Long: cmp.Or(c.Long, c.Short+"."), Examples: examples(c.Example), Flags: flagDocuments(c), Commands: []commandJSON{},
	}
	for _, sub := range c.Commands() {
		doc.Commands = append(doc.Commands, commandDocument(sub))
	}
	return doc
}

// flagDocuments are the flags that a command has and its parent has not.
func flagDocuments(c *cobra.Command) []flagJSON {
	list := []flagJSON{}
	command, own := verbOf(c), c.LocalFlags()
	for _, row := range flagTable {
		f := own.Lookup(row.name)
		if f == nil {
			continue
		}
		row = row.of(c.Name())
		doc := flagJSON{Name: row.name, Short: row.short, Value: row.value, Group: row.group, Usage: row.usage, Repeatable: repeatable(f.Value)}
		if few, ok := f.Value.(*choice); ok {
			doc.Values, doc.Default = few.allowed, f.DefValue
		}
		if _, rest, ok := strings.Cut(row.usage, "(default "); ok && doc.Default == "" {
			doc.Default = rest[:strings.IndexAny(rest, ",)")]
		}
		if setting, ok := settingRowOf(row.name); ok && setting.places&inVariable != 0 && setting.isFor(command) || row.name == "profile" || row.name == "config" {
			doc.Env = variable(row.name)
		}
		list = append(list, doc)
	}
	return list
}

// verbOf is the name of the command below the root: "key" of "jwt key new".
func verbOf(c *cobra.Command) string {
	verb, _, _ := strings.Cut(strings.TrimPrefix(c.CommandPath(), "jwt "), " ")
	return verb
}

// examples are the command lines of an example, which may go over several lines.
func examples(text string) []string {
	list := []string{}
	whole := strings.ReplaceAll(text, " \\\n    ", " ")
	for line := range strings.SplitSeq(whole, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// shortHelp is for a verb that was called without what it needs.
func (a *app) shortHelp(c *cobra.Command, missing string) error {
	return &usageError{missing, c.CommandPath() + strings.TrimPrefix(c.Use, c.Name()) + "; see " + c.CommandPath() + " --help"}
}

// helpText is the help of a command. Cobra's own is made with templates, which
// make the program half as large again.
func helpText(c *cobra.Command) string {
	if !c.HasParent() {
		return rootHelp(c)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage\n", cmp.Or(c.Long, c.Short+"."))
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND\n", c.CommandPath())
	} else {
		fmt.Fprintf(&b, "  %s [FLAGS]\n", c.CommandPath()+strings.TrimPrefix(c.Use, c.Name()))
	}
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "  also: jwt %s\n", strings.Join(c.Aliases, ", "))
	}
	for _, group := range c.Groups() {
		fmt.Fprintf(&b, "\n%s\n", group.Title)
		for _, sub := range c.Commands() {
			if sub.GroupID == group.ID && sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", c.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	b.WriteString(flagsHelp(c))
	fmt.Fprintf(&b, "\nExamples\n%s\n", c.Example)
	return b.String()
}

// rootHelp is the first page: all commands, on one screen.
func rootHelp(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage: jwt COMMAND [FLAGS]; jwt COMMAND --help and jwt help TOPIC say more\n\n", c.Long)
	for _, group := range c.Groups() {
		title := group.Title
		for _, sub := range c.Commands() {
			if sub.GroupID == group.ID && sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "%-12s %-*s %s\n", title, c.NamePadding(), sub.Name(), sub.Short)
				title = ""
			}
		}
	}
	var names []string
	for _, t := range topics {
		names = append(names, t.name)
	}
	fmt.Fprintf(&b, "%-12s %s\n\n%s\n", "Topics", strings.Join(names, ", "), c.Example)
	return b.String()
}

// helpWidth is how wide help is laid out, in columns, whatever the terminal.
const helpWidth = 80

// flagsHelp lists a command's flags under their headings, as they stand in the table.
func flagsHelp(c *cobra.Command) string {
	const column = 24
	lines := map[string][]string{}
	c.InheritedFlags() // merges those of every command in
	for _, row := range flagTable {
		if c.Flags().Lookup(row.name) == nil {
			continue
		}
		row = row.of(c.Name())
		name := "    --" + row.name
		if row.short != "" {
			name = "-" + row.short + ", --" + row.name
		}
		if row.value != "" {
			name += " " + row.value
		}
		if len([]rune(name)) > column {
			lines[row.group] = append(lines[row.group], "  "+name)
			name = ""
		}
		line := fmt.Sprintf("  %-*s  %s", column, name, row.usage)
		lines[row.group] = append(lines[row.group], ui.Wrap(line, helpWidth, column+4))
	}
	var b strings.Builder
	for _, group := range flagGroups {
		if len(lines[group]) > 0 {
			fmt.Fprintf(&b, "\n%s\n%s\n", group, strings.Join(lines[group], "\n"))
		}
	}
	return b.String()
}
