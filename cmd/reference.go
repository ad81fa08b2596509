package cmd

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"
)

// A Reference is all that help knows, for the generator of manual pages. Only that
// asks for it: the linker leaves it out of the program.
type Reference struct {
	Commands []CommandReference // the program itself first, then as in help
	Topics   []TopicReference
	Exits    []ExitReference
}

// A CommandReference is the help of one command.
type CommandReference struct {
	Path      string // "jwt key new"
	Usage     string // "jwt key new [FLAGS]"
	Aliases   []string
	Short     string // without a full stop
	Long      string
	Example   string
	Parent    string // "jwt key"; none for the program itself
	Group     string // heading in the help of its parent
	Flags     []FlagReference
	Variables []VariableReference // of the environment
}

// A FlagReference is a flag as one command reads it.
type FlagReference struct{ Group, Short, Name, Value, Usage string }

// A VariableReference is a variable of the environment that stands for a flag.
type VariableReference struct{ Name, Flag string }

// A TopicReference is a page of help that is about no command.
type TopicReference struct{ Name, Short, Text string }

// An ExitReference is what one exit code says. Probe is whether only a probe does.
type ExitReference struct {
	Code, Meaning, Outcomes string
	Probe                   bool
}

// NewReference reads the command tree and the tables.
func NewReference() Reference {
	cobra.EnableCommandSorting = false // as in Main
	var r Reference
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		r.Commands = append(r.Commands, commandReference(c))
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" { // which Cobra does not count
				add(sub)
			}
		}
	}
	root := (&app{}).commands(nil)
	root.InitDefaultHelpCmd()
	add(root)
	for _, t := range topics {
		r.Topics = append(r.Topics, TopicReference{t.name, t.short, t.text()})
	}
	exitTable(func(code, meaning, outcomes string) string {
		r.Exits = append(r.Exits, ExitReference{code, meaning, outcomes, exits[len(r.Exits)].verdict != ""})
		return ""
	})
	return r
}

func commandReference(c *cobra.Command) CommandReference {
	r := CommandReference{
		Path: c.CommandPath(), Usage: c.CommandPath() + " COMMAND", Aliases: c.Aliases,
		Short: c.Short, Long: cmp.Or(c.Long, c.Short+"."), Example: c.Example,
	}
	if !c.HasAvailableSubCommands() {
		r.Usage = c.CommandPath() + strings.TrimPrefix(c.Use, c.Name()) + " [FLAGS]"
	}
	if c.HasParent() {
		r.Parent = c.Parent().CommandPath()
		for _, group := range c.Parent().Groups() {
			if group.ID == c.GroupID {
				r.Group = group.Title
			}
		}
	}
	c.InheritedFlags() // merges those of every command in
	for _, group := range flagGroups {
		for _, row := range flagTable {
			if row = row.of(c.Name()); row.group == group && c.Flags().Lookup(row.name) != nil {
				r.Flags = append(r.Flags, FlagReference{row.group, row.short, row.name, row.value, row.usage})
			}
		}
	}
	for _, row := range settingTable {
		has := c.Flags().Lookup(row.flag) != nil && row.isFor(strings.Fields(r.Path)[1])
		if row.places&inVariable != 0 && (has || !c.HasParent()) { // the program itself: all of them
			r.Variables = append(r.Variables, VariableReference{variable(row.flag), row.flag})
		}
	}
	for _, flag := range []string{"profile", "config"} {
		r.Variables = append(r.Variables, VariableReference{variable(flag), flag})
	}
	return r
}
