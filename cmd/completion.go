package cmd

import (
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

//go:generate go test -run "TestCompletionsAreFresh|TestHelpDocument" . -update

// shells is every shell with a completion script, and how to load it.
var shells = []struct {
	name  string
	file  string // in completions/
	write func(root *cobra.Command, b *bytes.Buffer) error
}{
	{"bash", "jwt.bash", func(root *cobra.Command, b *bytes.Buffer) error { return root.GenBashCompletionV2(b, true) }},
	{"zsh", "jwt.zsh", func(root *cobra.Command, b *bytes.Buffer) error { return root.GenZshCompletion(b) }},
	{"fish", "jwt.fish", func(root *cobra.Command, b *bytes.Buffer) error { return root.GenFishCompletion(b, true) }},
	{"powershell", "jwt.ps1", func(root *cobra.Command, b *bytes.Buffer) error { return root.GenPowerShellCompletionWithDesc(b) }},
}

func (a *app) completionCommand() *cobra.Command {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	c := &cobra.Command{
		Use:       "completion SHELL",
		GroupID:   groupOther,
		Short:     "Print the completion script for a shell",
		ValidArgs: names,
		Long: `Print the completion script for bash, zsh, fish or powershell.

  bash        source <(jwt completion bash), with the package bash-completion
  zsh         jwt completion zsh > "${fpath[1]}/_jwt"
  fish        jwt completion fish > ~/.config/fish/completions/jwt.fish
  powershell  jwt completion powershell | Out-String | Invoke-Expression`,
		Example: `  source <(jwt completion bash)`,
	}
	c.RunE = a.verb(func(_ context.Context, args []string) error {
		if len(args) != 1 {
			return a.shortHelp(c, "no shell")
		}
		script, err := completionScript((&app{Env: a.Env}).commands(nil), args[0])
		if err != nil {
			return err
		}
		return a.show(answer{
			exit: exitOK,
			json: map[string]string{"schema": "jwt.completion/v1", "shell": args[0], "script": string(script)},
			text: func(p *ui.Page) {},
			bare: script,
		})
	})
	return c
}

func completionScript(root *cobra.Command, shell string) ([]byte, error) {
	for _, s := range shells {
		if s.name == shell {
			var b bytes.Buffer
			err := s.write(root, &b)
			return b.Bytes(), err
		}
	}
	return nil, &usageError{notOneOf(shell, []string{"bash", "zsh", "fish", "powershell"}).Error(), ""}
}
