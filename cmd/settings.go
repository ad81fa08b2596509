package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/config"
)

// A settingRow is a flag that may be set elsewhere than on the command line too.
type settingRow struct {
	flag     string
	commands string // that take it from there, between spaces
	places   places
	kind     config.Kind // of the value in a profile
	holds    holding
	yields   string // flags that leave it nothing to say, if they are set in a higher place
}

// places are where a setting may stand besides the command line.
type places int

const (
	inVariable places = 1 << iota // the environment and env-files, as JWT_NAME
	inProfile                     // a profile of the config file

	anywhere = inVariable | inProfile
)

// holding is what a value stands for, and so how it is read and shown.
type holding int

const (
	aText   holding = iota
	aURL            // which may have a password in it
	aSecret         // a VALUE of which nothing is shown
	aKey            // the name of a file, or a key itself
	aFile           // the name of a file, or what could be in it
	aPair           // a claim
)

// settingTable is every flag that may be set elsewhere, and the one place to add another.
// What loosens a check or writes a file never comes from the environment, and so does
// what is not here: an environment that somebody else made must not be able to do either.
var settingTable = []settingRow{
	{"secret", "sign verify", anywhere, config.Text, aSecret, ""},
	{"key", "sign verify", anywhere, config.Text, aKey, ""},
	{"key-password", "sign verify", anywhere, config.Text, aSecret, ""},
	{"jwks", "sign verify", anywhere, config.Text, aFile, ""},
	{"issuer-url", "verify", anywhere, config.Text, aURL, ""},
	{"kid", "sign verify", anywhere, config.Text, aText, "header-json edit from-json"},
	{"alg", "sign verify", anywhere, config.List, aText, "header-json edit from-json"},
	{"token", "probe", inVariable, config.Text, aSecret, "from"},

	{"scheme", "probe login", anywhere, config.Text, aText, ""},
	{"cacert", "sign verify probe login jwks", inProfile, config.Text, aFile, ""},
	{"cert", "sign verify probe login jwks", inProfile, config.Text, aFile, ""},
	{"cert-key", "sign verify probe login jwks", inProfile, config.Text, aKey, "cert"},
	{"resolve", "sign verify probe login jwks", inProfile, config.List, aText, ""},
	{"proxy", "sign verify probe login jwks", inProfile, config.Text, aURL, ""},
	{"http1.1", "sign verify probe login jwks", inProfile, config.Switch, aText, ""},
	{"timeout", "sign verify probe login jwks", anywhere, config.Text, aText, ""},

	{"payload", "sign", inProfile, config.List, aPair, "edit from-json"},
	{"iss", "sign verify", anywhere, config.Text, aText, "issuer-url edit from-json"},
	{"sub", "sign verify", inProfile, config.Text, aText, "edit from-json"},
	{"aud", "sign verify", anywhere, config.List, aText, "edit from-json"},
	{"exp", "sign", anywhere, config.Text, aText, "edit from-json"},
	{"nbf", "sign", inProfile, config.Text, aText, "edit from-json"},
	{"jti", "sign", inProfile, config.Text, aText, "edit from-json"},
	{"typ", "sign verify", inProfile, config.Text, aText, "no-typ header-json as edit from-json"},

	{"as", "verify", inProfile, config.Text, aText, "raw-payload"},
	{"require", "verify", inProfile, config.List, aText, ""},
	{"claim", "verify", inProfile, config.List, aPair, ""},
	{"scope", "verify", inProfile, config.List, aText, ""},
	{"leeway", "verify", inProfile, config.Text, aText, ""},
	{"max-age", "verify", inProfile, config.Text, aText, ""},
	{"min-ttl", "verify", inProfile, config.Text, aText, "ignore-exp"},
	{"cert-roots", "verify", inProfile, config.Text, aFile, ""},
	{"strict", "verify", inProfile, config.Switch, aText, ""},
}

var (
	// keySources are the flags that say where keys are. One call has one of them.
	keySources = []string{"secret", "key", "jwks", "issuer-url", "jkt"}

	// aboutKeys are the flags that are about the keys which stand in the same layer.
	aboutKeys = []string{"alg", "kid", "key-password"}
)

func settingRowOf(flag string) (settingRow, bool) {
	i := slices.IndexFunc(settingTable, func(r settingRow) bool { return r.flag == flag })
	if i < 0 {
		return settingRow{}, false
	}
	return settingTable[i], true
}

// variable is the name of a flag in the environment.
func variable(flag string) string {
	return "JWT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (r settingRow) isFor(command string) bool {
	return slices.Contains(strings.Fields(r.commands), command)
}

// settingCommands are those that take settings, in the order of the table.
func settingCommands() []string {
	var list []string
	for _, row := range settingTable {
		for command := range strings.FieldsSeq(row.commands) {
			if !slices.Contains(list, command) {
				list = append(list, command)
			}
		}
	}
	return list
}

// An origin is where a setting stands.
type origin struct {
	place string // "environment variable JWT_EXP", "JWT_EXP in .env", "profile prod of config.yaml"
	name  string // what names the setting alone in errors: the same, or "exp in profile prod of …"
	bare  bool   // the value is the thing itself, whatever it starts with
	dir   string // that names of files are relative to
}

// A setting is a value that a flag is given from elsewhere.
type setting struct {
	row    settingRow
	short  string // the variable, where it is not the flag's own name
	values []string
	origin origin
}

// A layer is all that is set in one place.
type layer struct {
	id       string // "environment", "env-file", "profile"
	name     string
	settings []setting
	unused   []string // notes about variables that are not taken
}

// A settingError says which setting cannot be used.
type settingError struct {
	where string
	err   error
}

func (e *settingError) Error() string { return e.where + ": " + e.err.Error() }
func (e *settingError) Unwrap() error { return e.err }

// A fileError says where a file with settings cannot be read.
type fileError struct {
	file string
	err  *config.Error
}

func (e *fileError) Error() string {
	if e.err.Line > 0 {
		return e.file + ":" + e.err.Error()
	}
	return e.file + ": " + e.err.Error()
}
func (e *fileError) Unwrap() error { return e.err }

// settle gives the flags of a command that were not given on its command line what the
// environment, the env-file and the profile say, in that order.
func (a *app) settle(c *cobra.Command) error {
	command := verbOf(c)
	if !slices.Contains(settingCommands(), command) {
		return nil
	}
	files, err := a.settingFiles()
	if err != nil {
		return err
	}
	as := &presetFlag{}
	if flag := c.Flags().Lookup("as"); flag != nil {
		as = flag.Value.(*presetFlag)
	}
	if err := as.find(files.presets()); err != nil {
		return err
	}
	layers, err := a.layers(files, command, as.preset.Sign != nil && as.preset.Sign.Refresh)
	if err != nil {
		return err
	}
	has := func(flag string) bool { return c.Flags().Lookup(flag) != nil }
	chosen, notes, err := choose(layers, has, func(flag string) bool { return has(flag) && c.Flags().Changed(flag) })
	if err != nil {
		return err
	}
	a.origins = map[string]origin{}
	for _, s := range chosen {
		value := c.Flags().Lookup(s.row.flag).Value
		for _, v := range s.values {
			if err := value.Set(s.placed(v)); err != nil {
				return &settingError{s.origin.name, err}
			}
		}
		a.origins[s.row.flag] = s.origin
	}
	a.note(append(took(layers, chosen), notes...))
	return as.find(files.presets()) // which a profile may have named
}

// presets is the folder of the user's own; "" if there is none.
func (f settingFiles) presets() string {
	if f.config.Presets == "" {
		return ""
	}
	return origin{dir: filepath.Dir(f.path)}.file(f.config.Presets)
}

// note says what was done before the verb runs.
func (a *app) note(notes []string) {
	if a.globals.quiet {
		return
	}
	for _, note := range notes {
		fmt.Fprintf(a.Err, "%s\n", a.secrets.Redact(a.wrapErr("note: "+ui.Escape(note)))) //nolint:errcheck // if stderr is gone, there is nobody to tell
	}
}

// choose picks what counts: of each flag the highest layer that sets it, and of the sources
// of keys the highest layer that names any. Notes say which of them are not used.
func choose(layers []layer, has, given func(flag string) bool) (chosen []setting, notes []string, err error) {
	source := ""
	for _, flag := range keySources {
		if given(flag) {
			source = "--" + flag
		}
	}
	above := given // set on the command line or in a layer above
	for _, l := range layers {
		var keys []setting
		var fresh []setting
		for _, s := range l.settings {
			switch {
			case !has(s.row.flag):
			case slices.Contains(keySources, s.row.flag):
				keys = append(keys, s)
			case !above(s.row.flag) && !slices.ContainsFunc(strings.Fields(s.row.yields), above):
				fresh = append(fresh, s)
			}
		}
		switch {
		case source != "" && len(keys) > 0:
			about := func(s setting) bool { return slices.Contains(aboutKeys, s.row.flag) }
			for _, s := range slices.Concat(keys, slices.DeleteFunc(slices.Clone(fresh), func(s setting) bool { return !about(s) })) {
				notes = append(notes, fmt.Sprintf("%s is not used: %s says where the keys are", s.origin.name, source))
			}
			fresh = slices.DeleteFunc(fresh, about)
		case len(keys) > 1:
			return nil, nil, &usageError{fmt.Sprintf("%s and %s: two sources of keys", keys[0].origin.name, keys[1].origin.name), "leave one of them out"}
		case len(keys) == 1:
			fresh = append(fresh, keys[0])
			source = keys[0].origin.name
		}
		chosen = append(chosen, fresh...)
		higher, own := above, fresh
		above = func(flag string) bool {
			return higher(flag) || slices.ContainsFunc(own, func(s setting) bool { return s.row.flag == flag })
		}
	}
	if above("secret") || above("jkt") { // which have no password
		chosen = slices.DeleteFunc(chosen, func(s setting) bool { return s.row.flag == "key-password" })
	}
	return chosen, notes, nil
}

// took are the notes about what each layer gave.
func took(layers []layer, chosen []setting) []string {
	var notes []string
	for _, l := range layers {
		var words []string
		for _, s := range l.settings {
			i := slices.IndexFunc(chosen, func(c setting) bool { return c.row.flag == s.row.flag && c.origin == s.origin })
			if i < 0 {
				continue
			}
			word := s.row.flag
			if s.row.flag == "exp" || s.row.flag == "leeway" || s.row.flag == "alg" {
				word += " " + strings.Join(s.values, ", ")
			}
			if s.short != "" {
				word += " (" + s.short + ")"
			}
			words = append(words, word)
		}
		switch {
		case len(words) > 0:
			notes = append(notes, "from "+l.name+": "+strings.Join(words, ", "))
		case l.id == "env-file":
			notes = append(notes, "from "+l.name+": nothing")
		}
		notes = append(notes, l.unused...)
	}
	return notes
}

// placed is a value of a profile with the names of files in it made relative to the
// folder of the config file, as they are meant.
func (s setting) placed(value string) string {
	if s.origin.dir == "" || s.row.holds != aPair {
		return value // other files are placed when they are read
	}
	p, err := parsePair(value)
	if err != nil || p.op != opTextFile && p.op != opJSONFile {
		return value
	}
	return p.name + string(p.op) + s.origin.file(p.text)
}

func (o origin) file(name string) string {
	if o.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(o.dir, name)
}

// readSetting is [app.read], or [app.readNamed], of a value that stands elsewhere.
func (a *app) readSetting(o origin, text string, named bool) (v value, err error) {
	material := strings.HasPrefix(text, "{") || strings.HasPrefix(text, "-----BEGIN ")
	file, isFile := strings.CutPrefix(text, "@")
	missing := errNoFile
	if named && bareWord(text) {
		file, isFile, missing = text, true, errNoKeyNorFile
	}
	switch {
	case o.bare && named && !material:
		if v, err = a.readFile(text); errors.Is(err, fs.ErrNotExist) || err != nil && misnamed(text) {
			err = errNoKeyNorFile
		}
	case o.bare:
		v = value{data: []byte(text)}
	case isFile && text != "-":
		if v, err = a.readFile(o.file(file)); err != nil && misnamed(file) {
			err = missing
		}
	default:
		v, err = a.readText(o.name, text)
	}
	if err != nil && !is[*inputError](err) && !is[*usageError](err) {
		return value{}, &inputError{o.name, err}
	}
	if v.literal || v.origin == "" {
		v.origin, v.literal = o.place, false
	}
	return v, err
}

// named is what a flag is called in messages: by where it was given.
func (a *app) named(flag string) string {
	if o, ok := a.origins[strings.TrimPrefix(flag, "--")]; ok {
		return o.name
	}
	return flag
}

// settingFiles are the files with settings that a run has.
type settingFiles struct {
	envFile string // as it was named; empty: none
	env     []config.Variable

	path    string // of the config file, also if there is none
	found   bool
	config  config.File
	profile string // that counts; empty: none
	private bool   // nobody else can read the config file
}

// settingFiles reads the env-file and the config file, if there are any.
func (a *app) settingFiles() (settingFiles, error) {
	var f settingFiles
	for flag, given := range map[string]text{"profile": a.globals.profile, "config": a.globals.config, "env-file": a.globals.envFile} {
		if given.set && given.value == "" {
			return f, &usageError{"--" + flag + " is empty", ""}
		}
	}
	if name := a.globals.envFile; name.set {
		v, err := a.readFile(name.value)
		if err != nil {
			return f, &inputError{"--env-file", err}
		}
		f.envFile = shownName(name.value)
		f.env, err = config.ParseEnv(v.data, a.lookup)
		if e, ok := errors.AsType[*config.Error](err); ok {
			return f, &fileError{f.envFile, e}
		}
	}
	flag, path := a.global("config", &a.globals.config, f)
	f.path = path
	if path == "" {
		f.path = a.configPath()
	}
	if err := a.readConfig(&f, flag); err != nil {
		return f, err
	}
	flag, f.profile = a.global("profile", &a.globals.profile, f)
	if flag == "" {
		flag, f.profile = "default_profile in "+shownName(f.path), f.config.Default
	}
	if _, ok := f.config.Profile(f.profile); !ok && f.profile != "" {
		return f, noProfile(flag, f)
	}
	return f, nil
}

// global is a flag of every command that says where settings are: what gave it, and its
// value. Both are empty if nothing did.
func (a *app) global(flag string, given *text, f settingFiles) (from, value string) {
	name := variable(flag)
	if given.set {
		return "--" + flag, given.value
	}
	if value := a.Getenv(name); value != "" {
		return "environment variable " + name, value
	}
	if i := slices.IndexFunc(f.env, func(v config.Variable) bool { return v.Name == name && v.Value != "" }); i >= 0 {
		return name + " in " + f.envFile, f.env[i].Value
	}
	return "", ""
}

// lookup is the environment. What is empty is not set.
func (a *app) lookup(name string) (string, bool) {
	value := a.Getenv(name)
	return value, value != ""
}

// configPath is where the config file is if nothing names one, as the XDG Base Directory
// Specification has it; "" if nothing says where.
func (a *app) configPath() string {
	if dir := a.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) { // others are to be ignored
		return filepath.Join(dir, "jwt", "config.yaml")
	}
	if home := cmp.Or(a.Getenv("HOME"), a.Getenv("USERPROFILE")); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "jwt", "config.yaml")
	}
	return ""
}

// readConfig reads the config file. There need be none, unless it was named.
func (a *app) readConfig(f *settingFiles, from string) error {
	if f.path == "" && from == "" {
		return nil
	}
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) && from == "" {
		return nil
	}
	var v value
	if err == nil {
		v, err = a.readFile(f.path)
	} else {
		err = fmt.Errorf("file %s: %w", shownName(f.path), unwrapPath(err))
	}
	if err != nil {
		return &inputError{cmp.Or(from, "the config file"), err}
	}
	kinds := map[string]config.Kind{}
	for _, row := range settingTable {
		if row.places&inProfile != 0 {
			kinds[row.flag] = row.kind
		}
	}
	f.config, err = config.Parse(v.data, kinds)
	if e, ok := errors.AsType[*config.Error](err); ok {
		return &fileError{shownName(f.path), e}
	}
	const others = 0o077
	f.found, f.private = true, runtime.GOOS == "windows" || info.Mode().Perm()&others == 0
	return nil
}

// noProfile says that there is no such profile.
func noProfile(flag string, f settingFiles) error {
	message, hint := fmt.Sprintf("%s: there is no profile %q in %s", flag, shownName(f.profile), shownName(f.path)), ""
	switch names := f.config.Names(); {
	case !f.found:
		message = fmt.Sprintf("%s: there is no profile %q, nor a config file", flag, shownName(f.profile))
		hint = "jwt config show says where it is looked for"
	case len(names) == 0:
		hint = "it has none"
	default:
		hint = "it has " + strings.Join(names, ", ")
	}
	if strings.Contains(f.profile, "=") && flag == "--profile" {
		message, hint = "-p names a profile of the config file", "case counts: -P is --payload"
	}
	return &usageError{message, hint}
}

// layers are the places besides the command line, from the highest to the lowest, with what
// they set for a command.
//
// Of the two lifetimes that an env-file may have, the one of refresh tokens is taken if
// the token is to be one.
func (a *app) layers(f settingFiles, command string, refresh bool) ([]layer, error) {
	environment := layer{id: "environment", name: "the environment"}
	own := map[string]string{}
	for _, row := range settingTable {
		if row.places&inVariable == 0 || !row.isFor(command) {
			continue
		}
		name := variable(row.flag)
		own[name] = row.flag
		if value := a.Getenv(name); value != "" {
			o := origin{place: "environment variable " + name, name: "environment variable " + name, bare: true}
			environment.settings = append(environment.settings, setting{row, name, []string{value}, o})
		}
	}
	layers := []layer{environment}
	if f.envFile != "" {
		l, err := envLayer(f, command, own, refresh)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	if f.profile != "" {
		l, err := profileLayer(f, command)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	for _, l := range layers {
		for _, s := range l.settings {
			if s.secret() {
				a.secrets.Add([]byte(s.values[0]))
			}
		}
	}
	return layers, nil
}

func envLayer(f settingFiles, command string, own map[string]string, refresh bool) (layer, error) {
	l := layer{id: "env-file", name: f.envFile}
	meanings, err := config.Meanings(f.env, command, own)
	if e, ok := errors.AsType[*config.Error](err); ok {
		return l, &fileError{f.envFile, e}
	}
	if err != nil {
		return l, &settingError{f.envFile, err}
	}
	for _, m := range meanings {
		switch {
		case m.Setting == config.RefreshLifetime && !refresh:
			l.unused = append(l.unused, m.Name+" is not used: it is about refresh tokens")
			continue
		case m.Setting == "exp" && refresh:
			l.unused = append(l.unused, m.Name+" is not used: it is not about refresh tokens")
			continue
		case m.Setting == config.RefreshLifetime:
			m.Setting = "exp"
		}
		row, _ := settingRowOf(m.Setting)
		place := m.Name + " in " + f.envFile
		l.settings = append(l.settings, setting{row, m.Name, []string{m.Value}, origin{place: place, name: place, bare: true}})
	}
	return l, nil
}

func profileLayer(f settingFiles, command string) (layer, error) {
	place := fmt.Sprintf("profile %s of %s", f.profile, filepath.Base(f.path))
	l := layer{id: "profile", name: place}
	profile, _ := f.config.Profile(f.profile)
	for _, s := range profile.Settings {
		row, _ := settingRowOf(s.Name)
		if !row.isFor(command) {
			continue
		}
		o := origin{place: place, name: s.Name + " in " + place, dir: filepath.Dir(f.path)}
		one := setting{row, "", s.Values, o}
		if one.secret() && !f.private {
			return l, &fileError{shownName(f.path), &config.Error{Line: s.Line, Column: s.Column, Name: s.Name, Reason: reasonReadable}}
		}
		l.settings = append(l.settings, one)
	}
	return l, nil
}

const reasonReadable = "stands there itself, and others may read the file"

// secret reports whether the value is a secret itself, and not the name of a place that
// has one.
func (s setting) secret() bool {
	text := s.values[0]
	reference := !s.origin.bare && (strings.HasPrefix(text, "@") || strings.HasPrefix(text, "env:") || text == "-")
	switch s.row.holds {
	case aSecret:
		return !reference
	case aKey, aFile:
		if _, err := os.Stat(text); err != nil && s.origin.bare && !isURL(text) {
			return true // it names no file: who knows what it is
		}
		encoded := !s.origin.bare && slices.ContainsFunc(valuePrefixes, func(p valuePrefix) bool { return strings.HasPrefix(text, p.prefix) })
		return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "-----BEGIN ") || encoded && !reference
	}
	return false
}
