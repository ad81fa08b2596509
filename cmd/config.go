package cmd

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/config"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "config",
		GroupID: groupOther,
		Short:   "Show the settings in force, and where they are from",
		Long: `Show the settings in force, and where they are from.

What is not given on the command line is looked for in the environment, in the
file that --env-file names, and in a profile of the config file, in that order.
"jwt help environment" says what may stand there.`,
		Example: `  jwt config show
  jwt config show -p prod
  jwt config show --env-file .env -j`,
		Args: noCommand,
	}
	c.RunE = a.verb(func(context.Context, []string) error { return a.showHelp(c) })
	subcommands(c, a.configShowCommand())
	return c
}

func (a *app) configShowCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "show",
		Short: "List the settings in force; of secrets only the length",
		Example: `  jwt config show
  jwt config show -p prod
  jwt config show --env-file .env -j`,
		Args: noArguments,
	}
	c.RunE = a.verb(func(context.Context, []string) error { return a.configShow() })
	return c
}

// A configJSON is jwt.config/v1.
type configJSON struct {
	Schema   string        `json:"schema"`
	File     configFile    `json:"file"`
	EnvFile  string        `json:"env_file,omitempty"`
	Presets  string        `json:"presets,omitempty"` // the folder that the config file names
	Profile  string        `json:"profile,omitempty"` // the one in force
	Profiles []string      `json:"profiles"`          // those that there are
	Settings []settingJSON `json:"settings"`
}

type configFile struct {
	Path  string `json:"path"`
	Found bool   `json:"found"`
}

type settingJSON struct {
	Name     string   `json:"name"`
	Values   []string `json:"values,omitempty"` // of a secret its length
	Masked   bool     `json:"masked,omitempty"`
	Origin   string   `json:"origin"` // flag, environment, env-file, profile, default
	From     string   `json:"from,omitempty"`
	Commands []string `json:"commands"` // that take it so
}

func (a *app) configShow() error {
	files, err := a.settingFiles()
	if err != nil {
		return err
	}
	out := configJSON{
		Schema: "jwt.config/v1", File: configFile{files.path, files.found}, EnvFile: files.envFile,
		Presets: files.config.Presets, Profile: files.profile, Profiles: orEmpty(files.config.Names()), Settings: []settingJSON{},
	}
	for _, one := range []struct {
		flag  string
		given *text
	}{{"profile", &a.globals.profile}, {"config", &a.globals.config}, {"env-file", &a.globals.envFile}} {
		s := settingJSON{Name: one.flag, Origin: "default", Commands: settingCommands()}
		switch from, value := a.global(one.flag, one.given, files); {
		case from != "":
			s.Values, s.From, s.Origin = []string{shownName(value)}, from, "env-file"
			if one.given.set {
				s.Origin = "flag"
			} else if strings.HasPrefix(from, "environment ") {
				s.Origin = "environment"
			}
		case one.flag == "profile" && files.profile != "":
			s.Values, s.From, s.Origin = []string{files.profile}, "default_profile of "+shownName(files.path), "profile"
		}
		out.Settings = append(out.Settings, s)
	}
	var notes []string
	for _, command := range settingCommands() {
		layers, err := a.layers(files, command, false)
		if err != nil {
			return err
		}
		for i, one := range layers {
			notes = append(notes, one.unused...)
			layers[i].unused = nil
		}
		all := func(string) bool { return true }
		chosen, more, err := choose(layers, all, func(string) bool { return false })
		if err != nil {
			return err
		}
		notes = append(notes, more...)
		for _, row := range settingTable {
			if !row.isFor(command) {
				continue
			}
			i := slices.IndexFunc(chosen, func(s setting) bool { return s.row.flag == row.flag })
			s := settingJSON{Name: row.flag, Origin: "default"}
			if i >= 0 {
				s = shownSetting(chosen[i], layers)
			}
			out.Settings = join(out.Settings, s, command)
		}
	}
	order := func(s settingJSON) int {
		return slices.IndexFunc(settingTable, func(r settingRow) bool { return r.flag == s.Name })
	}
	sort.SliceStable(out.Settings, func(i, j int) bool { return order(out.Settings[i]) < order(out.Settings[j]) })
	return a.show(answer{exit: exitOK, json: out, notes: a.once(notes), text: func(p *ui.Page) { a.configText(p, out) }})
}

// join adds a setting, or the command to one that says the same.
func join(list []settingJSON, s settingJSON, command string) []settingJSON {
	i := slices.IndexFunc(list, func(other settingJSON) bool {
		return other.Name == s.Name && other.From == s.From && other.Origin == s.Origin
	})
	if i < 0 {
		s.Commands = []string{command}
		return append(list, s)
	}
	list[i].Commands = append(list[i].Commands, command)
	return list
}

// shownSetting is a setting as it may be seen.
func shownSetting(s setting, layers []layer) settingJSON {
	out := settingJSON{Name: s.row.flag, Values: slices.Clone(s.values), From: s.origin.place}
	for _, l := range layers {
		if slices.ContainsFunc(l.settings, func(other setting) bool { return other.origin == s.origin }) {
			out.Origin = l.id
		}
	}
	for i, value := range out.Values {
		switch {
		case s.secret():
			out.Masked = true
			out.Values[i] = fmt.Sprintf("%d bytes", len(value))
		case s.row.holds == aURL, isURL(value):
			out.Values[i] = web.Redact(value)
		case s.row.holds == aKey, s.row.holds == aFile, s.row.holds == aSecret:
			out.Values[i] = shownName(value)
		}
	}
	return out
}

func (a *app) configText(p *ui.Page, out configJSON) {
	found := "read"
	mark := ui.Good
	switch {
	case out.File.Path == "":
		found, mark = "no HOME says where one would be", ui.Unsure
	case !out.File.Found:
		found, mark = "not there", ui.Unsure
	}
	p.Fact("config file", mark, found, out.File.Path)
	if len(out.Profiles) > 0 {
		p.Fact("profiles", ui.Unsure, "", strings.Join(out.Profiles, ", "))
	}
	set := 0
	for _, s := range out.Settings {
		if s.Origin == "default" {
			continue
		}
		set++
		detail := fmt.Sprintf("%s, from %s", strings.Join(s.Values, ", "), s.From)
		if slices.ContainsFunc(out.Settings, func(other settingJSON) bool {
			return other.Name == s.Name && other.From != s.From
		}) {
			detail += " (" + strings.Join(s.Commands, ", ") + ")"
		}
		p.Fact(s.Name, ui.Unsure, "", detail)
	}
	if set == 0 {
		p.Line("nothing is set")
	}
	if a.globals.verbose {
		for _, s := range out.Settings {
			if s.Origin == "default" {
				p.Fact(s.Name, ui.Unsure, "", "default")
			}
		}
	}
}

// environmentTopic is what may be set elsewhere than on the command line.
// environmentColumn is how wide the names of commands are in the topic.
const environmentColumn = 28

func environmentTopic() string {
	var b strings.Builder
	b.WriteString(`What may be set elsewhere than on the command line

What is not given as a flag is looked for in the environment, in the file that
--env-file names, and in a profile of the config file; the first that has it
counts. A call takes its keys from one place: the first that names any. What
loosens a check or writes a file is never taken from the environment.

`)
	var groups, sources []string
	for _, row := range settingTable {
		if row.places&inVariable != 0 && !slices.Contains(groups, row.commands) {
			groups = append(groups, row.commands)
		}
	}
	for _, group := range groups {
		line := fmt.Sprintf("  %-*s ", environmentColumn, group)
		for _, row := range settingTable {
			if row.places&inVariable != 0 && row.commands == group {
				line += " " + variable(row.flag)
			}
		}
		fmt.Fprintf(&b, "%s\n", ui.Wrap(line, helpWidth, environmentColumn+4))
	}
	b.WriteString(`  all                           JWT_PROFILE and JWT_CONFIG, like the flags

In the environment and in an env-file a value is the thing itself: the secret,
or for JWT_KEY the name of a file, or a key. In a profile it is written as on
the command line: env:NAME, @FILE; names of files count from the config file.
These flags may stand in a profile, without the dashes:

`)
	var flags []string
	for _, row := range settingTable {
		if row.places&inProfile != 0 {
			flags = append(flags, row.flag)
		}
	}
	b.WriteString(ui.Wrap("  "+strings.Join(flags, " "), helpWidth, 2))
	b.WriteString(`

An env-file is read as python-dotenv reads it; a .env that is not named is never
read. These variables of other applications are understood in it:

`)
	for _, n := range config.Names() {
		if !slices.Contains(sources, n.Source) {
			sources = append(sources, n.Source)
		}
	}
	for _, source := range sources {
		var words []string
		for _, n := range config.Names() {
			if n.Source == source && n.Setting != config.RefreshLifetime {
				words = append(words, n.Variable+" ("+n.Setting+")")
			}
		}
		fmt.Fprintf(&b, "  %s:\n%s\n", source, ui.Wrap("    "+strings.Join(words, ", "), helpWidth, 4))
	}
	b.WriteString(`
The config file is that of --config or JWT_CONFIG, else
$XDG_CONFIG_HOME/jwt/config.yaml, else ~/.config/jwt/config.yaml:

  default_profile: dev
  profiles:
    dev:
      secret: "env:DEV_JWT_SECRET"
      iss: https://id.example.com/
    prod:
      key: private.pem
      aud: [api, web]

To see what is in force, and where it is from:

  jwt config show -p prod
`)
	return b.String()
}
