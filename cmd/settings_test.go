package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/pkg/config"
)

// TestSettingTable: each row is a flag of the commands that take it, and none of them
// loosens a check, writes a file or says what time it is. That list is written out here
// on purpose.
func TestSettingTable(t *testing.T) {
	lookup := func(name, flag string) (found *pflag.Flag) {
		for _, c := range (&app{}).commands(nil).Commands() {
			if c.Name() == name {
				walk(c, func(c *cobra.Command) {
					if f := c.Flags().Lookup(flag); f != nil {
						found = f
					}
				})
			}
		}
		return found
	}
	never := strings.Fields("insecure allow-http ignore-exp raw-payload force at unless refresh offline out log report from dry-run " +
		"location-trusted no-iat no-typ no-kid data field method env-file jkt header header-json")
	for _, row := range settingTable {
		if slices.Contains(never, row.flag) {
			t.Errorf("%s can be set elsewhere than on the command line", row.flag)
		}
		flagRowOf(row.flag) // panics if there is none
		for name := range strings.FieldsSeq(row.commands) {
			flag := lookup(name, row.flag)
			if flag == nil {
				t.Errorf("%s has no flag %s", name, row.flag)
			} else if (row.kind == config.Switch) != (flag.NoOptDefVal != "") {
				t.Errorf("%s: the table and the flag disagree on whether it has a value", row.flag)
			}
		}
		for flag := range strings.FieldsSeq(row.yields) {
			flagRowOf(flag)
		}
	}
	for _, n := range config.Names() {
		if _, ok := settingRowOf(n.Setting); !ok && n.Setting != config.RefreshLifetime {
			t.Errorf("%s sets %s, which is no setting", n.Variable, n.Setting)
		}
	}
}

// TestHelpEnvironmentFits as help of commands does.
func TestHelpEnvironmentFits(t *testing.T) {
	for line := range strings.Lines(environmentTopic()) {
		if len([]rune(line)) > helpWidth+1 {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
}

// TestConfigShowHidesSecrets in every place that can have one.
func TestConfigShowHidesSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := "profiles:\n" +
		"  a: {secret: 'str:MARK', key-password: MARK, cert-key: '-----BEGIN MARK', proxy: 'http://u:MARK@proxy.example.com/'}\n" +
		"  b: {key: '{\"k\":\"MARK\"}'}\n" +
		"  c: {jwks: '{\"keys\":[\"MARK\"]}'}\n" +
		"  d: {jwks: 'https://u:MARK@id.example.com/?MARK'}\n"
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "MARK", markedSecret)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		environment map[string]string
		args        []string
	}{
		{nil, []string{"-p", "a"}}, {nil, []string{"-p", "b"}}, {nil, []string{"-p", "c"}}, {nil, []string{"-p", "d"}},
		{map[string]string{"JWT_SECRET": markedSecret, "JWT_TOKEN": markedSecret, "JWT_KEY_PASSWORD": markedSecret}, nil},
		{map[string]string{"JWT_KEY": "-----BEGIN " + markedSecret}, nil},
		{map[string]string{"JWT_ISSUER_URL": "https://u:" + markedSecret + "@id.example.com/"}, nil},
	} {
		for _, format := range []string{"text", "json"} {
			var out, errs bytes.Buffer
			args := append([]string{"config", "show", "--config", file, "-v", "-f", format}, test.args...)
			if code := Run(context.Background(), testEnv(&out, &errs, test.environment), args); code != 0 {
				t.Errorf("%v: exit code %d: %s", test.args, code, errs.String())
			}
			if strings.Contains(out.String()+errs.String(), markedSecret) {
				t.Errorf("%v in %s shows a secret", test.args, format)
			}
		}
	}
}
