package cmd

import (
	"cmp"
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// Set by the release build; else the build information says what it can.
var version, commit, date string

// A versionJSON is jwt.version/v1.
type versionJSON struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
	Go      string `json:"go"`
	System  string `json:"system"`
}

func buildVersion() versionJSON {
	v := versionJSON{
		Schema: "jwt.version/v1", Version: version, Commit: commit, Date: date,
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = cmp.Or(v.Version, info.Main.Version)
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = cmp.Or(v.Commit, s.Value)
			case "vcs.time":
				v.Date = cmp.Or(v.Date, s.Value)
			}
		}
	}
	if v.Version == "" || v.Version == "(devel)" {
		v.Version = "development"
	}
	return v
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		GroupID: groupOther,
		Short:   "Print the version",
		Example: `  jwt version -j`,
		Args:    noArguments,
		RunE:    a.verb(func(context.Context, []string) error { return a.showVersion() }),
	}
}

func (a *app) showVersion() error {
	v := buildVersion()
	return a.show(answer{exit: exitOK, json: v, text: func(p *ui.Page) {
		p.Line("jwt %s", v.Version)
		if v.Commit != "" {
			p.Line("commit %s of %s", v.Commit, cmp.Or(v.Date, "an unknown date"))
		}
		p.Line("%s %s", v.Go, v.System)
	}})
}
