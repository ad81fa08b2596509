package cmd

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/login"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// What a shell may put where the cursor is. Nothing here may wait: no server is asked, no
// password, and no file but a regular one is opened.

// A completion is a command line that somebody is typing.
type completion struct {
	*app
	command *cobra.Command
	args    []string // before the cursor, without flags
	takes   string   // what belongs there, by its placeholder in help
	word    string   // what is there of it
}

// A candidate is what the word may become, and what that is.
type candidate struct{ word, about string }

// A completer is a flag whose values depend on what else there is.
type completer struct {
	flag     string
	commands string // that read it so, between spaces; empty: all others
	find     func(completion) []candidate
}

// completers is every one of them, and the one place to add another. The few values of
// other flags stand with their verbs; see [complete].
func completers() []completer {
	return []completer{
		{"alg", "new", func(completion) []candidate { return algorithmCandidates(alg.All()) }},
		{"alg", "sign verify", completion.algorithms},
		{"kid", "sign verify show public convert", completion.keyIDs},
		{"profile", "", completion.profiles},
		{"as", "sign", func(c completion) []candidate { return c.presets(signs) }},
		{"as", "verify", func(c completion) []candidate { return c.presets(verifies) }},
		{"require", "", completion.required},
		{"claim", "decode", completion.claims},
		{"claim", "", completion.pairs},
		{"unless", "", completion.pairs},
		{"payload", "", completion.pairs},
		{"report", "", completion.reportForms},
		{"send-in", "", completion.places},
	}
}

// complete tells a shell the values of a flag that has a few.
func complete(c *cobra.Command, flag string, values ...string) {
	if err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		list := make([]candidate, len(values))
		for i, value := range values {
			list[i] = candidate{value, about(flag, value)}
		}
		return offered(list)
	}); err != nil {
		panic(err) // the flag was just bound
	}
}

// described are values that do not say what they are.
var described = [...]struct{ flag, value, about string }{
	{"format", "text", "for people"}, {"format", "json", "for programs"}, {"format", "github", "annotations of GitHub Actions"},
	{"print-canary", "wsgi", "Python behind mod_wsgi, Gunicorn, uWSGI"}, {"print-canary", "asgi", "Python behind Uvicorn, Hypercorn"},
	{"print-canary", "php", "PHP"}, {"print-canary", "node", "Node.js"}, {"print-canary", "cgi", "a shell script"},
	{"print-canary", "go", "Go"}, {"print-canary", "java", "a servlet"},
	{"expect", "accepted", "the server lets the request in"}, {"expect", "seen", "accepted, or refused by the application"},
	{"grant", login.JSON, "name and password as JSON"}, {"grant", login.Form, "name and password as a form"},
	{"grant", login.ClientGrant, "OAuth 2.0, for a service"}, {"grant", login.PasswordGrant, "OAuth 2.0, for a user"},
	{"grant", login.RefreshGrant, "OAuth 2.0, in place of an old token"}, {"grant", login.DeviceCode, "OAuth 2.0, confirmed on another device"},
	{"report", "junit", "test cases, for CI"}, {"report", "html", "a page to hand on"}, {"report", "md", "for a ticket"},
	{"variant", allVariants, "each of them, after the good one"},
}

// about is what one of a few values is; empty if it says so itself.
func about(flag, value string) string {
	for _, d := range described {
		if d.flag == flag && d.value == value {
			return d.about
		}
	}
	for _, row := range exits {
		if flag == "expect" && row.verdict == value {
			return strings.TrimPrefix(row.meaning, "probe: ")
		}
	}
	for _, v := range sign.Variants() {
		if flag == "variant" && v.Name == value {
			return v.Why
		}
	}
	return ""
}

// completions lets the command of a line, and those above it, answer a shell.
func (a *app) completions(root *cobra.Command, line []string) {
	found, _, err := root.Find(line)
	if err != nil {
		found = root
	}
	for c := found; c != nil; c = c.Parent() {
		a.completionsOf(c)
	}
}

func (a *app) completionsOf(c *cobra.Command) {
	c.FParseErrWhitelist.UnknownFlags = true // of a line that is half done
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		f.Value = lenient{f.Value}
		if _, known := c.GetFlagCompletionFunc(f.Name); known {
			return
		}
		var find func(completion) []candidate
		all := completers()
		if i := slices.IndexFunc(all, func(r completer) bool {
			return r.flag == f.Name && (r.commands == "" || slices.Contains(strings.Fields(r.commands), c.Name()))
		}); i >= 0 {
			find = all[i].find
		}
		takes := flagRowOf(f.Name).of(c.Name()).value
		if f.Name == "key" {
			takes = "FILE" // also without an @
		}
		if err := c.RegisterFlagCompletionFunc(f.Name, a.completionFunc(takes, find)); err != nil {
			panic(err) // it has none yet
		}
	})
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
		_, takes, _ := strings.Cut(c.Use, " ")
		c.ValidArgsFunction = a.completionFunc(takes, nil)
	}
}

// completionFunc is what Cobra asks for the values of a placeholder.
func (a *app) completionFunc(takes string, find func(completion) []candidate) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		line := completion{a, c, args, takes, word}
		switch {
		case find != nil:
			return offered(line.starting(find(line)))
		case strings.HasPrefix(takes, "DIR"):
			return nil, cobra.ShellCompDirectiveFilterDirs
		case strings.HasPrefix(word, "@"), line.behindAt():
			return offered(line.files())
		case strings.HasPrefix(takes, "FILE"), strings.Contains(takes, "URL|FILE"), strings.HasPrefix(takes, "KEY"):
			return nil, cobra.ShellCompDirectiveDefault
		case strings.Contains(takes, "VALUE"), strings.Contains(takes, "TOKEN"), strings.Contains(takes, "CLAIMS"):
			return offered(line.starting([]candidate{{"@", "a file"}, {"env:", "a variable of the environment"}, {"-", "standard input"}}))
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// offered is candidates as Cobra has them. Names of keys, claims and files come from
// strangers, and a shell runs what stands on its command line: what is more than a plain
// word is not offered, however well the shell's script may quote it.
func offered(list []candidate) ([]cobra.Completion, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp
	var words []cobra.Completion
	for _, one := range list {
		if one.word == "" || strings.ContainsFunc(one.word, func(r rune) bool { return !strings.ContainsRune(plainCharacters, r) }) {
			continue
		}
		if strings.ContainsRune("@:=/", rune(one.word[len(one.word)-1])) {
			directive |= cobra.ShellCompDirectiveNoSpace // there is more to come
		}
		words = append(words, cobra.CompletionWithDesc(one.word, one.about))
	}
	return words, directive
}

const plainCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/=+@,%"

// starting are the candidates that go on from the word.
func (c completion) starting(list []candidate) []candidate {
	return slices.DeleteFunc(list, func(one candidate) bool { return !strings.HasPrefix(one.word, c.word) })
}

// lenient is a flag of a line that is half done. Cobra reads such a line twice, and what is
// wrong with it is not for its shell.
type lenient struct{ pflag.Value }

func (l lenient) Set(value string) error {
	_ = l.Value.Set(value)
	return nil
}

// Type says to Cobra which flags may come again.
func (l lenient) Type() string {
	if repeatable(l.Value) {
		return "stringArray"
	}
	return l.Value.Type()
}

// behindAt reports whether the word is the rest of @FILE: bash takes the two apart.
func (c completion) behindAt() bool {
	behind := len(c.args) > 0 && c.args[len(c.args)-1] == "@"
	c.command.Flags().Visit(func(f *pflag.Flag) { behind = behind || f.Value.String() == "@" })
	return behind
}

// files are those that @FILE may be.
func (c completion) files() []candidate {
	dir, start := filepath.Split(strings.TrimPrefix(c.word, "@"))
	entries, _ := os.ReadDir(cmp.Or(dir, "."))
	before := strings.TrimSuffix(c.word, start)
	var list []candidate
	for _, e := range entries {
		file := e.Name()
		if !strings.HasPrefix(file, start) || strings.HasPrefix(file, ".") && start == "" {
			continue
		}
		if e.IsDir() {
			file += "/"
		}
		list = append(list, candidate{before + file, ""})
	}
	return list
}

// peek is what a value stands for, if that can be had at once: else nothing.
func (c completion) peek(text string, bareIsFile bool) []byte {
	file, isFile := strings.CutPrefix(text, "@")
	switch {
	case isFile:
	case text == "-" || text == "" || isURL(text):
		return nil
	case slices.ContainsFunc(valuePrefixes, func(p valuePrefix) bool { return strings.HasPrefix(text, p.prefix) }):
		v, _ := c.readText("", text)
		return v.data
	case !bareIsFile || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "-----BEGIN "):
		return []byte(text)
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() { // a pipe would be waited for
		return nil
	}
	v, _ := c.readFile(file)
	return v.data
}

// flag is the value of a flag that stands on the line.
func (c completion) flag(name string) string {
	if f := c.command.Flags().Lookup(name); f != nil && f.Changed {
		return f.Value.String()
	}
	return ""
}

// keys are those that the line names, of published ones what the cache has.
func (c completion) keys() key.Set {
	var set key.Set
	named := []string{c.flag("key"), c.flag("jwks")}
	if strings.HasPrefix(c.command.Use, c.command.Name()+" KEY") {
		named = c.args
	}
	for _, name := range named {
		if data := c.peek(name, true); data != nil {
			set, _ = key.Parse(data)
		}
	}
	for flag, kind := range map[string]keysource.Kind{"jwks": keysource.JWKS, "issuer-url": keysource.Issuer} {
		if url := c.flag(flag); isURL(url) {
			opener := keysource.Opener{Cache: c.cacheDirectory(), Offline: true, Now: c.Now}
			if s, err := opener.Open(keysource.Ref{Kind: kind, Value: url}); err == nil {
				set, _ = s.Keys(context.Background(), "")
			}
		}
	}
	return set
}

func (c completion) keyIDs() []candidate {
	var list []candidate
	for _, k := range c.keys().Keys {
		list = append(list, candidate{k.ID, k.String()})
	}
	return list
}

// algorithms are those of the keys on the line; if there are none, all.
func (c completion) algorithms() []candidate {
	keys := c.keys().Keys
	if c.flag("secret") != "" {
		return algorithmCandidates(slices.DeleteFunc(alg.All(), func(a alg.Algorithm) bool { return a.Kind != key.Secret }))
	}
	if len(keys) == 0 {
		return algorithmCandidates(alg.All())
	}
	return algorithmCandidates(slices.DeleteFunc(alg.All(), func(a alg.Algorithm) bool {
		return !slices.ContainsFunc(keys, func(k key.Key) bool { return a.Fits(k) == nil })
	}))
}

func algorithmCandidates(list []alg.Algorithm) []candidate {
	var words []candidate
	for _, a := range list {
		about := string(a.Kind) + " key"
		switch {
		case a.Kind == key.Secret:
			about = "secret of " + strconv.Itoa(a.MinSecret()) + " bytes or more"
		case strings.HasPrefix(a.Name, "PS"):
			about = "RSA key, padded as PSS"
		}
		words = append(words, candidate{a.Name, about})
	}
	return words
}

// configFile is the config file, if it can be read.
func (c completion) configFile() settingFiles {
	var f settingFiles
	_, f.path = c.global("config", &c.globals.config, f)
	if f.path == "" {
		f.path = c.configPath()
	}
	if info, err := os.Stat(f.path); err == nil && info.Mode().IsRegular() {
		_ = c.readConfig(&f, "")
	}
	return f
}

func (c completion) profiles() []candidate {
	var list []candidate
	f := c.configFile()
	for _, name := range f.config.Names() {
		about := ""
		if name == f.config.Default {
			about = "the default"
		}
		list = append(list, candidate{name, about})
	}
	return list
}

// presets are those that have a half, and the user's own.
func (c completion) presets(half func(preset.Preset) bool) []candidate {
	var list []candidate
	for _, id := range kinds(half) {
		p, _ := preset.Lookup(id)
		list = append(list, candidate{id, p.Name})
	}
	for _, name := range ownKinds(c.configFile().presets()) {
		list = append(list, candidate{name, "your own"})
	}
	return list
}

// payload is that of the token on the line.
func (c completion) payload() strict.Object {
	args := append([]string{c.flag("edit")}, c.args...)
	for i, arg := range args {
		if i > 0 && args[i-1] == "@" {
			arg = "@" + arg // bash takes the two apart
		}
		compact, _ := token.Clean(string(c.peek(arg, false)))
		if t, _ := token.Inspect(compact); t != nil && len(t.Claims.Members()) > 0 {
			return t.Claims
		}
	}
	return strict.Object{}
}

// registered are the claims that everybody knows (RFC 7519 §4.1).
func registered() []candidate {
	return []candidate{
		{"iss", "issuer"}, {"sub", "subject"}, {"aud", "audience"}, {"exp", "when it expires"},
		{"nbf", "from when on it is valid"}, {"iat", "when it was issued"}, {"jti", "its ID"},
	}
}

// claims are those of the token on the line, or what is at a path in it; if there is no
// token, those that everybody knows.
func (c completion) claims() []candidate {
	payload := c.payload()
	if len(payload.Members()) == 0 {
		return registered()
	}
	var list []candidate
	if !strings.HasPrefix(c.word, "/") {
		for _, m := range payload.Members() {
			list = append(list, candidate{m.Name, ""})
		}
		return list
	}
	path := c.word[:strings.LastIndex(c.word, "/")]
	inside := payload
	if path != "" {
		steps, err := strict.Pointer(path)
		value, found := payload.At(steps)
		if err != nil || !found {
			return nil
		}
		elements, _ := strict.Elements(value)
		for i := range elements {
			list = append(list, candidate{path + "/" + strconv.Itoa(i), ""})
		}
		inside, _ = strict.ParseObject(value)
	}
	for _, m := range inside.Members() {
		list = append(list, candidate{path + "/" + m.Name, ""})
	}
	return list
}

// pairs start with a claim of the token on the line.
func (c completion) pairs() []candidate {
	var list []candidate
	for _, m := range c.payload().Members() {
		list = append(list, candidate{m.Name + "=", ""})
	}
	return list
}

// required are claims that everybody knows, and those of the token on the line.
func (c completion) required() []candidate {
	all := registered()
	for _, m := range c.payload().Members() {
		if !slices.ContainsFunc(all, func(one candidate) bool { return one.word == m.Name }) {
			all = append(all, candidate{m.Name, "of this token"})
		}
	}
	return c.listed(all)
}

// places are where else a token may be sent.
func (c completion) places() []candidate {
	return c.listed([]candidate{{"cookie:", "a cookie"}, {"query:", "a parameter of the URL"}, {"x:", "a header field"}, {"raw:", "a header field without auth scheme"}})
}

// listed are candidates for the last word of several between commas.
func (c completion) listed(all []candidate) []candidate {
	before := c.word[:strings.LastIndex(c.word, ",")+1]
	var list []candidate
	for _, one := range all {
		if slices.Contains(strings.Split(before, ","), one.word) {
			continue
		}
		if before != "" {
			one.about = "" // with one, Cobra's script for bash looks for exp\,sub, and finds nothing
		}
		list = append(list, candidate{before + one.word, one.about})
	}
	return list
}

// reportForms are the forms of a report that the verb has: what stands before their =FILE.
func (c completion) reportForms() []candidate {
	var list []candidate
	if flag, ok := c.command.Flags().Lookup("report").Value.(lenient); ok {
		for _, name := range flag.Value.(*reports).names() {
			list = append(list, candidate{name + "=", about("report", name)})
		}
	}
	return list
}
