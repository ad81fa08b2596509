package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// A topic is a page of help that is about no command.
type topic struct {
	name, short string
	text        func() string
}

// topics is every topic, and the one place to add another.
var topics = []topic{
	{"times", "How times and durations are written", func() string {
		return `How times and durations are written

  30m  +30m  -5m  1h30m  90d  2w  1y      from now; for --exp and --nbf from iat
  2 weeks  in 2 weeks  3 hours ago        the same in words
  2026-12-01                              a day, at its start, UTC
  2026-12-01T08:00:00Z                    RFC 3339, with a time zone
  1796083200                              seconds since 1970
  now  none

Units are s, m (minutes), h, d, w and y (365 days). There is no month: it has no
length; write 30d. A bare number is never a duration; write 3600s.
`
	}},
	{"environment", "What may be set elsewhere than on the command line", environmentTopic},
	{"exit-codes", "What the exit code says", func() string {
		return "What the exit code says\n\n" + exitTable(func(code, meaning, outcomes string) string {
			if outcomes != "" {
				meaning += " (" + outcomes + ")"
			}
			return ui.Wrap(fmt.Sprintf("  %3s  %s", code, meaning), helpWidth, len("  123  ")) + "\n"
		}) + `
The words in brackets are the outcome in "jwt verify -j". Of several failures,
also over several tokens, the first in this order is the exit code:
3, 10, 14, 13, 12, 11. So 11 and 12 mean that only the time is wrong.
`
	}},
}

func (a *app) helpCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		GroupID: groupOther,
		Short:   "Print help for a command or a topic",
		Example: `  jwt help verify
  jwt help exit-codes`,
		ValidArgsFunction: func(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			for _, sub := range c.Root().Commands() {
				if sub.IsAvailableCommand() {
					names = append(names, sub.Name())
				}
			}
			for _, t := range topics {
				names = append(names, t.name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.RunE = a.verb(func(_ context.Context, args []string) error {
		if len(args) == 1 {
			for _, t := range topics {
				if t.name == args[0] {
					return a.showText(t.text())
				}
			}
		}
		target, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return &usageError{fmt.Sprintf("there is no command or topic %q", ui.Escape(strings.Join(args, " "))), "jwt --help lists them"}
		}
		return a.showHelp(target)
	})
	return c
}

func (a *app) showText(text string) error {
	return a.show(answer{exit: exitOK, json: map[string]string{"schema": "jwt.help/v1", "text": text}, text: func(p *ui.Page) {
		for line := range strings.Lines(text) {
			p.Line("%s", strings.TrimSuffix(line, "\n"))
		}
	}})
}

func (a *app) showHelp(c *cobra.Command) error { return a.showText(helpText(c)) }

// shortHelp is for a verb that was called without what it needs.
func (a *app) shortHelp(c *cobra.Command, missing string) error {
	return &usageError{missing, c.CommandPath() + strings.TrimPrefix(c.Use, c.Name()) + "; see " + c.CommandPath() + " --help"}
}

// helpText is the help of a command. Cobra's own is made with templates, which
// make the program half as large again.
func helpText(c *cobra.Command) string {
	var b strings.Builder
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	fmt.Fprintf(&b, "%s\n\nUsage\n", long)
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND\n", c.CommandPath())
	} else {
		fmt.Fprintf(&b, "  %s [FLAGS]\n", c.CommandPath()+strings.TrimPrefix(c.Use, c.Name()))
	}
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "  also: %s\n", strings.Join(c.Aliases, ", "))
	}
	for _, group := range c.Groups() {
		fmt.Fprintf(&b, "\n%s\n", group.Title)
		for _, sub := range c.Commands() {
			if sub.GroupID == group.ID && sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", c.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if !c.HasParent() {
		b.WriteString("\nTopics\n")
		for _, t := range topics {
			fmt.Fprintf(&b, "  %-*s  %s\n", c.NamePadding(), t.name, t.short)
		}
	}
	b.WriteString(flagsHelp(c))
	if c.Example != "" {
		fmt.Fprintf(&b, "\nExamples\n%s\n", c.Example)
	}
	return b.String()
}

// helpWidth is how wide help is laid out, in columns, whatever the terminal.
const helpWidth = 80

// flagsHelp lists a command's flags under their headings.
func flagsHelp(c *cobra.Command) string {
	const column = 24
	lines := map[string][]string{}
	c.InheritedFlags() // merges those of every command in
	set := c.Flags()
	set.SortFlags = false // as they stand in the table
	set.VisitAll(func(f *pflag.Flag) {
		row := flagRowOf(f.Name).of(c.Name())
		name := "    --" + row.name
		if row.short != "" {
			name = "-" + row.short + ", --" + row.name
		}
		if row.value != "" {
			name += " " + row.value
		}
		name = fmt.Sprintf("%-*s", column, name)
		line := "  " + name + "  " + row.usage
		lines[row.group] = append(lines[row.group], ui.Wrap(line, helpWidth, column+4))
	})
	var b strings.Builder
	for _, group := range flagGroups {
		if len(lines[group]) > 0 {
			fmt.Fprintf(&b, "\n%s\n%s\n", group, strings.Join(lines[group], "\n"))
		}
	}
	return b.String()
}
