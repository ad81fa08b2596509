package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/verify"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// testRun runs a command line with an empty world, its stdin empty.
func testRun(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(context.Background(), testEnv(&o, &e, nil), args)
	return code, o.String(), e.String()
}

func testEnv(out, errs *bytes.Buffer, environment map[string]string) Env {
	return Env{
		In: strings.NewReader(""), Out: out, Err: errs,
		Getenv: func(name string) string { return environment[name] },
		Now:    func() time.Time { return time.Unix(1700000000, 0) },
	}
}

// fresh compares a committed file with what it is made from, or rewrites it.
func fresh(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil { //nolint:gosec // a file of the source tree
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is stale; go test ./cmd -update rewrites it (-want +got):\n%s", file, diff)
	}
}

func TestCompletionsAreFresh(t *testing.T) {
	for _, s := range shells {
		code, out, errs := testRun(t, "completion", s.name)
		if code != 0 {
			t.Fatalf("completion %s: exit code %d: %s", s.name, code, errs)
		}
		fresh(t, filepath.Join("../completions", s.file), []byte(out))
	}
}

// TestReadmeExitTable holds the README's table of exit codes to the one the
// program uses.
func TestReadmeExitTable(t *testing.T) {
	const start, end = "<!-- exit codes: made from cmd/exit.go -->\n", "<!-- end of exit codes -->"
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), start)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no place for the exit codes: %q … %q", start, end)
	}
	table := "| code | meaning | outcome |\n|---|---|---|\n" + exitTable(func(code, meaning, outcomes string) string {
		return fmt.Sprintf("| %s | %s | %s |\n", code, meaning, outcomes)
	})
	fresh(t, "../README.md", []byte(before+start+table+end+after))
}

// TestExitTable: each outcome has one code, and each code a place in the order of
// what is worst.
func TestExitTable(t *testing.T) {
	for _, outcome := range []verify.Outcome{
		verify.Valid, verify.Malformed, verify.BadSignature, verify.AlgRefused, verify.NoKey,
		verify.ClaimMismatch, verify.NotYetValid, verify.Expired,
	} {
		rows := 0
		for _, row := range exits {
			if slices.Contains(row.outcomes, outcome) {
				rows++
			}
		}
		if rows != 1 {
			t.Errorf("outcome %q stands in %d rows of the exit table", outcome, rows)
		}
	}
	if got := exitOf(verify.None); got != exitBug {
		t.Errorf("a result without outcome exits %d, want %d", got, exitBug)
	}
	for _, row := range exits {
		if !slices.Contains(worst, row.code) {
			t.Errorf("code %d has no place in the order of what is worst", row.code.number())
		}
	}
	if exitNone.number() != 70 {
		t.Errorf("no answer exits %d, want 70", exitNone.number())
	}
	order := []exitCode{exitInput, exitSignature, exitNoKey, exitClaims, exitNotYet, exitExpired, exitOK}
	for i, a := range order {
		for _, b := range order[i:] {
			if a.and(b) != a || b.and(a) != a {
				t.Errorf("%d and %d make %d, want %d", a.number(), b.number(), a.and(b).number(), a.number())
			}
		}
	}
}

// TestForgottenAnswer: a verb that says nothing is a bug, not a success.
func TestForgottenAnswer(t *testing.T) {
	var out, errs bytes.Buffer
	a := &app{Env: testEnv(&out, &errs, nil)}
	if r := a.render(answer{}); r.exit != exitBug {
		t.Errorf("an answer without a code exits %d, want %d", r.exit, exitBug)
	}
}

// TestH9Panic: a panic says where it was, and nothing of what was at hand.
func TestH9Panic(t *testing.T) {
	var out, errs bytes.Buffer
	a := &app{Env: testEnv(&out, &errs, nil)}
	err := a.guard(func() error { panic("a secret") })
	if err == nil || strings.Contains(err.Error(), "a secret") || !strings.Contains(err.Error(), "docs_test") && !strings.Contains(err.Error(), "TestH9Panic") {
		t.Errorf("a panic became %v; it should say where, and nothing else", err)
	}
}

// walk visits every command of the tree.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

// TestFlagTable: every flag of every command is its row of the table, so that one
// name and one letter mean one thing; and every row is used.
func TestFlagTable(t *testing.T) {
	root := (&app{}).commands(nil)
	used := map[string]bool{}
	walk(root, func(c *cobra.Command) {
		c.InheritedFlags() // merges them in
		c.Flags().VisitAll(func(f *pflag.Flag) {
			used[f.Name] = true
			row := flagRowOf(f.Name).of(c.Name())
			if f.Shorthand != row.short || f.Usage != row.usage {
				t.Errorf("%s --%s is not its row of flagTable", c.CommandPath(), f.Name)
			}
			if (row.value == "") != (f.NoOptDefVal != "") {
				t.Errorf("%s --%s: the table and the flag disagree on whether it has a value", c.CommandPath(), f.Name)
			}
		})
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: a short text without a full stop is wanted, not %q", c.CommandPath(), c.Short)
		}
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
	})
	letters := map[string]string{}
	for _, row := range flagTable {
		if !used[row.name] {
			t.Errorf("no command has the flag --%s", row.name)
		}
		if !slices.Contains(flagGroups, row.group) {
			t.Errorf("--%s stands under the unknown heading %q", row.name, row.group)
		}
		if row.short == "" {
			continue
		}
		if other := letters[row.short]; other != "" {
			t.Errorf("-%s is both --%s and --%s", row.short, other, row.name)
		}
		letters[row.short] = row.name
	}
}

// TestStrangers types each flag that is known from other tools where it may be typed: the
// hint is the row's, and what it names is there.
func TestStrangers(t *testing.T) {
	root := (&app{}).commands(nil)
	flag := regexp.MustCompile(`--[a-z][a-z0-9-]*`)
	verb := regexp.MustCompile(`jwt ([a-z]+)`)
	for _, s := range strangers {
		tried := false
		walk(root, func(c *cobra.Command) {
			hint, ok := s.fits(c)
			if !ok || tried && s.commands == "" {
				return
			}
			tried = true
			if c.InheritedFlags(); c.Flags().Lookup(strings.TrimPrefix(s.flag, "--")) != nil {
				t.Errorf("%s has %s itself, and a hint says that it is %q", c.CommandPath(), s.flag, hint)
				return
			}
			args := append(strings.Fields(c.CommandPath())[1:], s.flag, "x")
			code, _, errs := testRun(t, args...)
			if code != exitUsage.number() || !strings.HasSuffix(errs, "\nhint: "+hint+"\n") {
				t.Errorf("%q: exit code %d, want the hint %q:\n%s", args, code, hint, errs)
			}
			for _, name := range flag.FindAllString(hint, -1) {
				there := c
				if match := verb.FindStringSubmatch(hint); match != nil {
					there, _, _ = root.Find(match[1:])
				}
				if there.InheritedFlags(); there.Flags().Lookup(name[2:]) == nil && c.Flags().Lookup(name[2:]) == nil {
					t.Errorf("%q: %s has no flag %s", args, there.CommandPath(), name)
				}
			}
		})
		if !tried {
			t.Errorf("%s fits no command", s.flag)
		}
	}
	for _, pair := range synonyms {
		got := 0
		walk(root, func(c *cobra.Command) {
			if c.InheritedFlags(); c.Flags().Lookup(pair[1]) == nil {
				return
			}
			if got++; c.Flags().Lookup(pair[0]) != c.Flags().Lookup(pair[1]) {
				t.Errorf("%s --%s is not --%s", c.CommandPath(), pair[0], pair[1])
			}
		})
		if flagRowOf(pair[1]); got == 0 {
			t.Errorf("no command has --%s", pair[1])
		}
	}
	for _, pair := range strangersCommands {
		theirs, ours := pair[0], pair[1]
		hint := "it is called jwt " + ours + " here"
		if advice, list, whole := strings.Cut(ours, ": "); whole {
			hint = advice + ": " + list
			ours, _, _ = strings.Cut(strings.TrimPrefix(list, "jwt "), ",")
		}
		found, rest, err := root.Find(strings.Fields(ours))
		if err != nil || len(rest) > 0 || found == root {
			t.Errorf("%s is said to be %s, which is no command", theirs, ours)
		}
		if _, _, errs := testRun(t, strings.Fields(theirs)...); !strings.HasSuffix(errs, "\nhint: "+hint+"\n") {
			t.Errorf("jwt %s: %s", theirs, errs)
		}
	}
}

// TestHelpFits: help is read at 80 columns, the first page on one screen and a topic on
// two and a half.
func TestHelpFits(t *testing.T) {
	const screen = 24
	fits := func(where, text string, lines int) {
		if got := strings.Count(text, "\n"); lines > 0 && got > lines {
			t.Errorf("%s has %d lines, more than %d", where, got, lines)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if len([]rune(line)) > helpWidth || strings.TrimRight(line, " ") != line {
				t.Errorf("%s has a line of %d columns: %q", where, len([]rune(line)), line)
			}
		}
	}
	root := (&app{}).commands(nil)
	fits("jwt --help", helpText(root), screen)
	walk(root, func(c *cobra.Command) { fits(c.CommandPath()+" --help", helpText(c), 0) })
	for _, topic := range topics {
		fits("jwt help "+topic.name, topic.text(), screen*5/2)
	}
}

// TestHelpDocument holds what programs read about the commands to a file, so that a change
// of the command line shows as one.
func TestHelpDocument(t *testing.T) {
	code, out, errs := testRun(t, "help", "-j")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(out), "", "  "); err != nil {
		t.Fatal(err)
	}
	fresh(t, "../testdata/golden/help.json", b.Bytes())
	var all, one helpJSON
	for _, doc := range []struct {
		into *helpJSON
		args []string
	}{{&all, []string{"help", "-j"}}, {&one, []string{"key", "new", "--help", "--json"}}} {
		if _, out, errs = testRun(t, doc.args...); json.Unmarshal([]byte(out), doc.into) != nil {
			t.Fatalf("%q: %s%s", doc.args, out, errs)
		}
	}
	if len(one.Commands) != 1 || one.Commands[0].Path != "jwt key new" || len(one.Topics) > 0 || len(one.ExitCodes) != len(exits) {
		t.Errorf("help of one command: %+v", one)
	}
	paths := map[string]bool{}
	var walkDocument func([]commandJSON)
	walkDocument = func(list []commandJSON) {
		for _, c := range list {
			paths[c.Path] = true
			walkDocument(c.Commands)
		}
	}
	walkDocument(all.Commands)
	walk((&app{}).commands(nil), func(c *cobra.Command) {
		if c.HasParent() && !paths[c.CommandPath()] {
			t.Errorf("%s is not in the document", c.CommandPath())
		}
	})
}

// TestRepeatable: a flag that is said to come again takes two values, and no other that is
// given as text does.
func TestRepeatable(t *testing.T) {
	walk((&app{}).commands(nil), func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			value := map[string]string{"pair": "a=b", "fault": "/a=500"}[f.Value.Type()]
			if value == "" {
				value = map[string]string{"alg": "ES256"}[f.Name]
			}
			if value == "" {
				value = "a"
			}
			if f.Value.Set(value) != nil {
				return // it takes other values
			}
			if f.Value.Type() == "fault" {
				value = "/b=500"
			}
			again := f.Value.Set(value) == nil
			if _, few := f.Value.(*choice); few || f.NoOptDefVal != "" {
				return
			}
			if again != repeatable(f.Value) {
				t.Errorf("%s --%s can be repeated: %v; help says %v", c.CommandPath(), f.Name, again, repeatable(f.Value))
			}
		})
	})
}

// TestJSONFields pins the fields that scripts read. They are added to, and never
// renamed. The lists are written out here on purpose: shared with the code, they
// would change with it.
func TestJSONFields(t *testing.T) {
	for _, test := range []struct {
		value  any
		schema string
		want   []string
	}{
		{decodeJSON{Place: "x"}, "jwt.decode/v1", []string{
			"form", "place", "problems", "schema", "times",
			"token.header", "token.payload", "token.raw.header", "token.raw.payload", "token.raw.signature", "verified",
		}},
		{verifyJSON{Place: "x", As: "x", Token: &tokenJSON{}, Key: &keyJSON{Cached: "x", KID: "x", Thumbprint: "x"}}, "jwt.verify/v1", []string{
			"as", "at", "checks", "key.cached", "key.kid", "key.source", "key.thumbprint", "key.type", "not_checked", "ok", "outcome", "place", "schema",
			"token.header", "token.payload", "token.raw.header", "token.raw.payload", "token.raw.signature", "verified", "warnings",
		}},
		{signJSON{}, "jwt.sign/v1", []string{"header", "ok", "payload", "schema", "token"}},
		{keyShowJSON{KID: "x", Thumbprint: "x", Alg: "x", Use: "x", Ops: []string{"x"}}, "jwt.key/v1", []string{
			"alg", "algorithms", "bits", "form", "key_ops", "kid", "kind", "private", "schema", "source", "thumbprint", "type", "use", "weaknesses",
		}},
		{keyProblem{}, "", []string{"detail", "id"}},
		{jwksJSON{Cached: "x"}, "jwt.jwks/v1", []string{"cached", "keys", "ok", "problems", "schema", "source"}},
		{jwksKeyJSON{KID: "x", KTY: "x", Type: "x", Bits: 1, Thumbprint: "x", Alg: "x", Use: "x", Ops: []string{"x"}}, "", []string{
			"alg", "algorithms", "bits", "index", "key_ops", "kid", "kty", "problems", "thumbprint", "type", "usable", "use",
		}},
		{versionJSON{}, "jwt.version/v1", []string{"commit", "date", "go", "schema", "system", "version"}},
		{verify.Check{Code: "x", Want: "x", Got: "x", Detail: "x", Near: "x"}, "", []string{"code", "detail", "got", "id", "near", "status", "want"}},
		{probeJSON{Log: &wire.Log{}}, "jwt.probe/v1", []string{
			"carrier", "claim", "cleared", "confidence", "evidence", "expect", "fingerprint",
			"log.exchanges", "log.method", "log.schema", "log.scheme", "log.started", "log.target", "log.token",
			"next", "ok", "product", "reason", "redirects", "rule", "schema", "suspects", "verdict",
		}},
		{diagnose.Comparison{Outer: "x", Inner: "x"}, "", []string{"answer", "inner", "outer", "places"}},
		{diagnose.Place{}, "", []string{"claim", "confidence", "product", "reason", "target", "verdict"}},
		{diagnose.Suspect{}, "", []string{"check", "facts", "fix", "id", "rank", "source", "strength", "title", "where", "why"}},
		{diagnose.Evidence{}, "", []string{"carries", "experiment"}},
		{diagnose.Walked{FinalURL: "x", WalkEnd: "x", FinalStatus: 1, Followed: true}, "", []string{"final_status", "final_url", "followed", "redirects", "walk_end"}},
		{diagnose.Redirect{}, "", []string{"changes", "clients", "from", "method", "status", "to"}},
		{diagnose.ClientDoes{}, "", []string{"client", "keeps", "name", "version"}},
		{wire.Token{}, "", []string{"has_kid", "jwt", "length", "sha256_8"}},
		{configJSON{EnvFile: "x", Presets: "x", Profile: "x"}, "jwt.config/v1", []string{
			"env_file", "file.found", "file.path", "presets", "profile", "profiles", "schema", "settings",
		}},
		{settingJSON{Values: []string{"x"}, Masked: true, From: "x"}, "", []string{"commands", "from", "masked", "name", "origin", "values"}},
		{variantJSON{Why: "x"}, "jwt.variant/v1", []string{"name", "refuse", "schema", "token", "why"}},
		{loginJSON{Token: "x", TokenType: "x", ExpiresIn: 1, RefreshToken: "x", Scope: "x"}, "jwt.login/v1", []string{
			"endpoint", "expires_in", "field", "grant", "ok", "refresh_token", "schema", "scope", "token", "token_type",
		}},
		{canaryJSON{}, "jwt.canary/v1", []string{"file", "kind", "schema", "text"}},
		{serveJSON{Password: "x", ClientSecret: "x"}, "jwt.serve/v1", []string{
			"address", "alg", "aud", "auth", "client_id", "client_secret", "device_authorization_endpoint", "echo", "expires_in", "issuer",
			"jwks_uri", "kid", "password", "protected", "schema", "scope", "token_endpoint", "user",
		}},
		{demoJSON{}, "jwt.demo/v1", []string{"ok", "schema", "steps"}},
		{planJSON{}, "jwt.plan/v1", []string{"fill_in", "schema", "steps"}},
		{helpJSON{}, "jwt.help/v1", []string{"commands", "exit_codes", "flags", "schema", "topics"}},
		{commandJSON{Group: "x"}, "", []string{"aliases", "args", "commands", "examples", "flags", "group", "long", "path", "short"}},
		{flagJSON{Short: "x", Value: "x", Values: []string{"x"}, Default: "x", Env: "x"}, "", []string{
			"default", "env", "group", "name", "repeatable", "short", "usage", "value", "values",
		}},
		{exitJSON{Name: "x"}, "", []string{"code", "meaning", "name", "outcomes", "retryable"}},
		{topicJSON{Text: "x"}, "", []string{"name", "short", "text"}},
		{verify.Warning{}, "", []string{"detail", "id"}},
		{verify.Unchecked{}, "", []string{"id", "why"}},
		{timeJSON{}, "", []string{"claim", "time", "when"}},
		{problemJSON{}, "", []string{"detail", "part", "reason"}},
		{func() errorJSON { var e errorJSON; e.Error.Hint = "x"; return e }(), "", []string{
			"error.code", "error.exit", "error.hint", "error.message", "error.retryable",
		}},
	} {
		text, err := json.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, fields("", object)); diff != "" {
			t.Errorf("fields of %v (-pinned +now):\n%s", reflect.TypeOf(test.value), diff)
		}
		if test.schema == "" {
			continue
		}
		listed := []string{"schema"}
		for _, s := range schemas {
			if s.name == test.schema {
				listed = append(listed, strings.Fields(s.members)...)
			}
		}
		slices.Sort(listed)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(object)), listed); diff != "" {
			t.Errorf("members of %s (-now +in help formatting):\n%s", test.schema, diff)
		}
	}
}

func fields(prefix string, object map[string]any) []string {
	var list []string
	for name, value := range object {
		if inner, ok := value.(map[string]any); ok {
			list = append(list, fields(prefix+name+".", inner)...)
			continue
		}
		list = append(list, prefix+name)
	}
	slices.Sort(list)
	return list
}
