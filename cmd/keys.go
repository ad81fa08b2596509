package cmd

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

// keyFlags say where the keys are.
type keyFlags struct {
	secret, key, jwks text
	issuer            text // for who verifies: nobody publishes keys to sign with
	thumbprint        text // of the key that the token brings along
	refresh, offline  toggle
	password          text
	kid               text
	net               netFlags
}

func (k *keyFlags) bind(c *cobra.Command) {
	bind(c.Flags(), "secret", &k.secret)
	bind(c.Flags(), "key", &k.key)
	bind(c.Flags(), "key-password", &k.password)
	bind(c.Flags(), "jwks", &k.jwks)
	bind(c.Flags(), "kid", &k.kid)
	k.net.bind(c)
}

// bindPublished adds what is for keys that an issuer publishes.
func (k *keyFlags) bindPublished(c *cobra.Command) {
	bind(c.Flags(), "issuer-url", &k.issuer)
	bind(c.Flags(), "refresh", &k.refresh)
	bind(c.Flags(), "offline", &k.offline)
}

// A keyRow is one flag that names keys, and how its value is read.
type keyRow struct {
	flag string
	text *text
	kind keysource.Kind
	read func(a *app, what, text string) (value, error)
}

// rows is every flag that names keys, and the one place to add another.
func (k *keyFlags) rows() []keyRow {
	return []keyRow{
		{"--secret", &k.secret, keysource.Secret, (*app).read},
		{"--key", &k.key, keysource.Key, (*app).readKey},
		{"--jwks", &k.jwks, keysource.JWKS, (*app).readKey},
		{"--issuer-url", &k.issuer, keysource.Issuer, nil},
		{"--jkt", &k.thumbprint, keysource.Token, nil},
	}
}

// A source is where the keys come from, and the notes about it.
type source struct {
	keysource.Source
	flag    string // or what set it elsewhere
	issuer  bool   // the keys are those that an issuer publishes
	offline bool
	secret  value // if that is the key
	notes   []string
	now     func() time.Time
}

// age is how old the keys are if they were in the cache, in words; else empty.
func (s *source) age() string {
	cached := s.Facts().Cached
	if cached.IsZero() {
		return ""
	}
	return when.Relative(cached, s.now())
}

// found are the notes about what was found out on the way to the keys.
func (s *source) found() []string {
	var notes []string
	facts := s.Facts()
	if facts.Elsewhere != "" {
		notes = append(notes, "the issuer has its keys at another host: "+facts.Elsewhere)
	}
	if facts.Stale {
		notes = append(notes, fmt.Sprintf("the keys of %s were cached %s, which is longer ago than their server wants", s, s.age()))
	}
	if facts.Refused != nil {
		notes = append(notes, fmt.Sprintf("the cache is not used: %s", facts.Refused))
	}
	return notes
}

// cacheDirectory is where documents are kept from run to run, as the XDG Base
// Directory Specification has it; "" if nothing says where.
func (a *app) cacheDirectory() string {
	if dir := a.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) { // others are to be ignored
		return filepath.Join(dir, "jwt")
	}
	if home := cmp.Or(a.Getenv("HOME"), a.Getenv("USERPROFILE")); filepath.IsAbs(home) {
		return filepath.Join(home, ".cache", "jwt")
	}
	return ""
}

// open finds the one source that is named.
func (k *keyFlags) open(a *app) (*source, error) {
	var given []keyRow
	for _, row := range k.rows() {
		if row.text.set {
			given = append(given, row)
		}
	}
	switch len(given) {
	case 0:
		return nil, errNoKeySource
	case 1:
	default:
		return nil, &usageError{fmt.Sprintf("%s and %s: two sources of keys", a.named(given[0].flag), a.named(given[1].flag)), "give one of them"}
	}
	return k.openRow(a, given[0])
}

// openRow finds the source that a row names.
func (k *keyFlags) openRow(a *app, row keyRow) (*source, error) {
	flag := a.named(row.flag)
	if row.kind == keysource.Key && isURL(row.text.value) {
		return nil, &usageError{flag + " takes a file or a value, not a URL", "for a JWK Set behind a URL: --jwks " + web.Redact(row.text.value)}
	}

	if k.refresh && k.offline {
		return nil, &usageError{"--refresh and --offline: one asks always, the other never", "give one of them"}
	}
	if row.kind == keysource.Secret && k.password.set {
		return nil, &usageError{"--key-password goes with --key: a secret has no password", ""}
	}
	s := &source{flag: flag, issuer: row.kind == keysource.Issuer, offline: bool(k.offline), now: a.Now}
	client, err := k.net.client(a)
	if err != nil {
		return nil, err
	}
	opener := keysource.Opener{HTTP: client, Cache: a.cacheDirectory(), Refresh: bool(k.refresh), Offline: bool(k.offline), Now: a.Now}
	if opener.Password, err = k.passwords(a, s); err != nil {
		return nil, err
	}
	opener.Read = func(text string) ([]byte, string, error) {
		v, err := row.read(a, row.flag, text)
		if err != nil {
			return nil, "", err
		}
		a.secrets.Add(v.data)
		if row.kind == keysource.Secret {
			s.secret = v
			s.notes = append(s.notes, secretNotes(a, v)...)
		}
		return v.data, v.origin, nil
	}
	s.Source, err = opener.Open(keysource.Ref{Kind: row.kind, Value: row.text.value})
	if err != nil {
		return nil, s.fault(err)
	}
	return s, nil
}

// passwords gives the password of an encrypted key: that of --key-password, else the
// one that is typed, else none. Whoever has redirected everything is not waited for:
// it is a script, even if it was started from a terminal.
func (k *keyFlags) passwords(a *app, s *source) (func() ([]byte, error), error) {
	if k.password.set {
		v, err := a.readPassword("--key-password", k.password.value)
		if err != nil {
			return nil, err
		}
		s.notes = append(s.notes, secretNotes(a, v)...)
		return func() ([]byte, error) { return v.data, nil }, nil
	}
	if !a.canAsk() {
		return nil, nil
	}
	return func() ([]byte, error) { return a.ask("password of the key: ") }, nil
}

// readPassword reads a value that a person may have typed into a file.
func (a *app) readPassword(flag, text string) (value, error) {
	v, err := a.read(flag, text)
	if err != nil {
		return value{}, err
	}
	if !v.literal { // nobody's password ends with a newline, and most files do
		v.data = bytes.TrimRight(v.data, "\r\n")
	}
	if len(v.data) == 0 {
		hint := ""
		if strings.HasSuffix(flag, "password") {
			hint = "leave it out to be asked for it"
		}
		return value{}, &usageError{a.named(flag) + " is empty", hint}
	}
	a.secrets.Add(v.data)
	return v, nil
}

// canAsk reports whether there is somebody at a terminal who can be asked.
func (a *app) canAsk() bool {
	return a.Password != nil && (a.Terminal.In || a.Terminal.Out || a.Terminal.Err)
}

// ask lets a password be typed.
func (a *app) ask(prompt string) ([]byte, error) {
	a.Listen()
	typed, err := a.Password(a.ctx, prompt)
	if err != nil {
		return nil, &inputError{"the password", err}
	}
	a.secrets.Add(typed)
	return typed, nil
}

var errNoKeySource = &usageError{"no key: nothing says where it is", "give one of --secret, --key, --jwks; to verify, --issuer-url too"}

// A sourceError says which flag a source error is about.
type sourceError struct {
	flag   string
	issuer bool
	err    error
}

// fault is an error about the source.
func (s *source) fault(err error) error { return &sourceError{s.flag, s.issuer, err} }

func (e *sourceError) Error() string {
	if is[*inputError](e.err) || is[*usageError](e.err) { // these say it already
		return e.err.Error()
	}
	return e.flag + ": " + e.err.Error()
}
func (e *sourceError) Unwrap() error { return e.err }

func secretNotes(a *app, v value) []string {
	var notes []string
	if v.literal && a.Terminal.Err {
		notes = append(notes, "a secret on the command line is in the shell's history and in the process list; env:NAME or @FILE keeps it out")
	}
	if !v.literal && bytes.HasSuffix(v.data, []byte("\n")) {
		notes = append(notes, fmt.Sprintf("the secret in %s ends with a newline, which counts as part of it", v.origin))
	}
	return notes
}

func isURL(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}
