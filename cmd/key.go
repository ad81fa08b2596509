package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

func (a *app) keyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "key",
		GroupID: groupKeys,
		Short:   "Make, show and convert keys",
		Long: `Make, show and convert keys.

A key is a file with PEM, DER, a JWK, a JWK Set or an OpenSSH key, recognised by
its content, or env:NAME, or - for standard input.`,
		Example: `  jwt key new --alg ES256 -o key.jwk
  jwt key show key.jwk
  jwt key public key.jwk --to pem -o public.pem`,
		Args: noCommand,
	}
	c.RunE = a.verb(func(context.Context, []string) error { return a.showHelp(c) })
	subcommands(c, a.keyNewCommand(), a.keyShowCommand(), a.keyPublicCommand(), a.keyConvertCommand())
	return c
}

// subcommands adds what a command is called with.
func subcommands(c *cobra.Command, list ...*cobra.Command) {
	group := &cobra.Group{ID: c.Name(), Title: "Commands"}
	c.AddGroup(group)
	for _, sub := range list {
		sub.GroupID = group.ID
		c.AddCommand(sub)
	}
}

type keyNewFlags struct {
	alg  algorithm
	bits choice
	kid  text
	to   choice
}

// defaultBits is the size of an RSA key that RFC 7518 §3.3 demands at least.
const defaultBits = "2048"

func (a *app) keyNewCommand() *cobra.Command {
	f := keyNewFlags{bits: choice{allowed: []string{defaultBits, "3072", "4096"}}, to: keyFormat()}
	c := &cobra.Command{
		Use:   "new",
		Short: "Make a key for an algorithm",
		Long: `Make a key for an algorithm.

It is written as a JWK that says what it is for, with its thumbprint (RFC 7638)
as its kid, or in another format. A file gets it for your eyes only; a terminal
gets no private key, unless you say -o -. For HS256, HS384 and HS512 it is a
secret of random bytes, as many as the hash has.`,
		Example: `  jwt key new --alg ES256 -o key.jwk
  jwt key new --alg RS256 --bits 3072 --to pem -o key.pem
  jwt key new --alg HS256 -o secret.jwk
  export KEY="$(jwt key new --alg EdDSA)"; jwt sign --key env:KEY -e 1h`,
		Args: noArguments,
	}
	c.RunE = a.verb(func(context.Context, []string) error { return a.keyNew(&f) })
	bind(c.Flags(), "alg", &f.alg)
	bind(c.Flags(), "bits", &f.bits)
	bind(c.Flags(), "kid", &f.kid)
	bind(c.Flags(), "to", &f.to)
	complete(c, "bits", f.bits.allowed...)
	complete(c, "to", f.to.allowed...)
	return c
}

func keyFormat() choice { return choice{allowed: key.Formats(), value: "jwk"} }

func (a *app) keyNew(f *keyNewFlags) error {
	if !f.alg.set {
		return &usageError{"no algorithm: what is the key for?", "--alg ES256 makes one that everybody can verify with"}
	}
	algorithm, _ := alg.Lookup(f.alg.value) // the flag takes no other
	bits := 8 * algorithm.MinSecret()
	if algorithm.Kind == key.RSA {
		bits, _ = strconv.Atoi(cmp.Or(f.bits.value, defaultBits))
	} else if f.bits.value != "" {
		return &usageError{"--bits is for RSA keys; " + algorithm.Name + " decides the size itself", ""}
	}
	k, err := key.New(algorithm.Kind, bits)
	if err != nil {
		return err
	}
	k.Alg, k.Use = algorithm.Name, "sig"
	k.ID = cmp.Or(f.kid.value, k.Thumbprint())
	k.HasID = k.ID != ""
	return a.putKeys([]key.Key{k}, f.to.value, nil)
}

// A keyArgument is keys that are an argument, and how they are read.
type keyArgument struct {
	keys keyFlags
	to   choice
}

func (f *keyArgument) bind(c *cobra.Command) {
	bind(c.Flags(), "key-password", &f.keys.password)
	bind(c.Flags(), "kid", &f.keys.kid)
}

func (f *keyArgument) bindTo(c *cobra.Command) {
	f.to = keyFormat()
	bind(c.Flags(), "to", &f.to)
	complete(c, "to", f.to.allowed...)
}

// open gives the keys of an argument.
func (f *keyArgument) open(ctx context.Context, a *app, arg string) (key.Set, *source, error) {
	if isURL(arg) {
		return key.Set{}, nil, &usageError{"a URL is no key", "for a JWK Set behind a URL: jwt jwks show " + quoteForShell(web.Redact(arg))}
	}
	argument := text{value: arg, set: true}
	source, err := f.keys.openRow(a, keyRow{"the key", &argument, keysource.Key, (*app).readKey})
	if err != nil {
		return key.Set{}, nil, err
	}
	set, err := source.Keys(ctx, "")
	if err != nil {
		return key.Set{}, nil, source.fault(err)
	}
	return set, source, nil
}

// read gives the keys of the one argument, or the one among them that --kid names.
func (f *keyArgument) read(ctx context.Context, a *app, c *cobra.Command, args []string) (key.Set, *source, error) {
	none := func(err error) (key.Set, *source, error) { return key.Set{}, nil, err }
	switch len(args) {
	case 0:
		return none(a.shortHelp(c, "no key"))
	case 1:
	default:
		return none(&usageError{c.CommandPath() + " takes one key", ""})
	}
	set, source, err := f.open(ctx, a, args[0])
	if err != nil {
		return none(err)
	}
	if kid := f.keys.kid; kid.set {
		ids := set.IDs()
		set = key.Set{Keys: slices.DeleteFunc(set.Keys, func(k key.Key) bool { return !k.HasID || k.ID != kid.value })}
		if len(set.Keys) == 0 {
			return none(&inputError{source.String(), &noKIDError{kid.value, ids}})
		}
	}
	return set, source, nil
}

// A noKIDError says that no key has the ID that was asked for.
type noKIDError struct {
	kid   string
	there []string
}

func (e *noKIDError) Error() string {
	if len(e.there) == 0 {
		return fmt.Sprintf("no key has the kid %q, nor any other", e.kid)
	}
	return fmt.Sprintf("no key has the kid %q; there are %q", e.kid, e.there)
}

func (a *app) keyShowCommand() *cobra.Command {
	var f keyArgument
	c := &cobra.Command{
		Use:   "show KEY",
		Short: "Show what a key is, and what it is good for",
		Long: `Show what a key is, and what it is good for.

Nothing that is private or secret is shown.`,
		Example: `  jwt key show key.pem
  jwt key show -j env:KEY | jq -r .thumbprint
  ssh-add -L | jwt key show -`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		set, source, err := f.read(ctx, a, c, args)
		if err != nil {
			return err
		}
		notes := slices.Clone(source.notes)
		for _, u := range set.Unusable {
			notes = append(notes, fmt.Sprintf("key %d of %s %s", u.Index+1, source, u.Why))
		}
		for _, k := range set.Keys {
			ans := keyAnswer(k, source.String())
			ans.notes = a.once(notes)
			if err := a.show(ans); err != nil {
				return err
			}
		}
		return nil
	})
	f.bind(c)
	return c
}

// A keyShowJSON is jwt.key/v1. Nothing in it is private.
type keyShowJSON struct {
	Schema     string       `json:"schema"`
	Source     string       `json:"source"`
	Form       string       `json:"form"` // what it was read from: "JWK", "PKCS#8 private key", …
	Type       string       `json:"type"` // "RSA 2048 private key"
	Kind       key.Kind     `json:"kind"`
	Bits       int          `json:"bits"`
	Private    bool         `json:"private"` // whether it can sign; a secret can
	KID        string       `json:"kid,omitempty"`
	Thumbprint string       `json:"thumbprint,omitempty"` // none of a secret
	Alg        string       `json:"alg,omitempty"`        // the one that it says it is for
	Use        string       `json:"use,omitempty"`
	Ops        []string     `json:"key_ops,omitempty"`
	Algorithms []string     `json:"algorithms"` // it fits; the first is the default
	Weaknesses []keyProblem `json:"weaknesses"`
}

type keyProblem struct {
	ID     string `json:"id"`
	Detail string `json:"detail"`
}

// weaknesses are what is wrong with a key that works, in words.
func weaknesses(k key.Key) []keyProblem {
	list := []keyProblem{}
	for _, w := range k.Weaknesses() {
		words := map[key.Weakness]string{
			key.ShortRSA: fmt.Sprintf("%d bits; at least %s are needed (RFC 7518 §3.3)", k.Bits(), defaultBits),
			key.ROCA:     "made by a chip whose keys can be computed from the public half (ROCA, CVE-2017-15361)",

			key.UnreadableX5C: "x5c has no certificates that can be read",
			key.OtherX5C:      "x5c has the certificate of another key (RFC 7517 §4.7)",
		}
		list = append(list, keyProblem{string(w), words[w]})
	}
	if fit := alg.For(k); len(fit) > 0 && len(k.Secret()) < fit[0].MinSecret() {
		list = append(list, keyProblem{"short-secret", fmt.Sprintf("%d bytes; %s needs %d (RFC 7518 §3.2)", len(k.Secret()), fit[0].Name, fit[0].MinSecret())})
	}
	return list
}

// fits are the names of the algorithms that a key may be used with, for one of the
// operations (RFC 7517 §4.3): of a secret, those that it is long enough for, if there
// is one.
func fits(k key.Key, operations ...string) []string {
	names := []string{}
	if k.Use != "" && k.Use != "sig" || k.Ops != nil && !slices.ContainsFunc(k.Ops, func(op string) bool { return slices.Contains(operations, op) }) {
		return names
	}
	for _, algorithm := range alg.For(k) {
		if len(names) == 0 || algorithm.MinSecret() <= len(k.Secret()) {
			names = append(names, algorithm.Name)
		}
	}
	return names
}

func keyAnswer(k key.Key, source string) answer {
	out := keyShowJSON{
		Schema: "jwt.key/v1", Source: source, Form: k.Form, Type: k.String(), Kind: k.Kind(), Bits: k.Bits(), Private: k.CanSign(),
		KID: k.ID, Thumbprint: k.Thumbprint(), Alg: k.Alg, Use: k.Use, Ops: k.Ops, Algorithms: fits(k, "sign", "verify"), Weaknesses: weaknesses(k),
	}
	return answer{exit: exitOK, json: out, text: func(p *ui.Page) {
		mark := ui.Good
		if len(out.Weaknesses) > 0 || len(out.Algorithms) == 0 {
			mark = ui.Unsure
		}
		p.Verdict(mark, "%s", out.Type)
		fact := func(name, detail string) {
			if detail != "" {
				p.Fact(name, ui.Good, "", detail)
			}
		}
		fact("read from", fmt.Sprintf("%s, %s", source, k.Form))
		fact("kid", k.ID)
		fact("thumbprint", out.Thumbprint)
		fact("alg", k.Alg)
		fact("use", k.Use)
		fact("key_ops", strings.Join(k.Ops, ", "))
		fact("fits", cmp.Or(strings.Join(out.Algorithms, ", "), "no algorithm there is here"))
		for _, w := range out.Weaknesses {
			fact(w.ID, w.Detail)
		}
	}}
}

func (a *app) keyPublicCommand() *cobra.Command {
	return a.keyWriter("public KEY", "Write the public half of a key", `Write the public half of a key.

Of a key that is public already, or of a certificate, it is the key itself.`,
		`  jwt key public key.pem
  jwt key public key.jwk --to pem -o public.pem
  jwt key public env:KEY --to openssh`, func(k key.Key, origin string) (key.Key, error) {
			if k.Public() == nil {
				return k, &inputError{origin, &key.UnusableError{What: "a secret", Why: "has no public half"}}
			}
			return k.PublicOnly(), nil
		})
}

func (a *app) keyConvertCommand() *cobra.Command {
	return a.keyWriter("convert KEY", "Write a key in another format", `Write a key in another format.

A private key stays one, and one that was encrypted is not any more. What the
new format has no place for is left out, and a note says what.`,
		`  jwt key convert key.pem -o key.jwk
  jwt key convert key.jwk --to pem -o key.pem
  jwt key convert ~/.ssh/id_ed25519 -o key.jwk`, func(k key.Key, _ string) (key.Key, error) { return k, nil })
}

// keyWriter is a command that writes what it makes of each key that was read.
func (a *app) keyWriter(use, short, long, example string, of func(k key.Key, origin string) (key.Key, error)) *cobra.Command {
	var f keyArgument
	c := &cobra.Command{Use: use, Short: short, Long: long, Example: example}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		set, source, err := f.read(ctx, a, c, args)
		if err != nil {
			return err
		}
		for i, k := range set.Keys {
			if set.Keys[i], err = of(k, source.String()); err != nil {
				return err
			}
		}
		if n := len(set.Keys); n > 1 && f.to.value != "jwks" {
			return &usageError{fmt.Sprintf("%s has %d keys", source, n), "--kid ID takes one of them, --to jwks all"}
		}
		return a.putKeys(set.Keys, f.to.value, slices.Concat(source.notes, leftOut(set, f.to.value)))
	})
	f.bind(c)
	f.bindTo(c)
	return c
}

// leftOut says what of the keys does not get into a format and would be missed: not
// what they are taken to be without it.
func leftOut(set key.Set, format string) []string {
	var notes []string
	for _, u := range set.Unusable {
		notes = append(notes, fmt.Sprintf("key %d is left out: it %s", u.Index+1, u.Why))
	}
	isJWK := strings.HasPrefix(format, "jwk")
	for _, k := range set.Keys {
		var lost []string
		for _, member := range []struct {
			name string
			lost bool
		}{
			{"the kid", k.HasID && k.ID != k.Thumbprint() && !isJWK},
			{"the alg", k.Alg != "" && k.Kind() == key.RSA && !isJWK}, // that of others is of their kind
			{"the use", k.Use != "" && k.Use != "sig" && !isJWK},
			{"key_ops", k.Ops != nil && !isJWK},
			{"the certificates", len(k.Chain) > 0},
			{"the restriction to RSASSA-PSS", k.PSS && (!isJWK || k.Alg == "")},
		} {
			if member.lost {
				lost = append(lost, member.name)
			}
		}
		if len(lost) > 0 {
			notes = append(notes, fmt.Sprintf("%s has no place for %s", format, strings.Join(lost, ", ")))
		}
	}
	return notes
}

// putKeys writes keys in a format: one, or in a set several.
func (a *app) putKeys(keys []key.Key, format string, notes []string) error {
	if slices.ContainsFunc(keys, key.Key.CanSign) && a.Terminal.Out && !a.globals.out.set {
		return &usageError{"a private key is not shown on a terminal", "-o FILE writes it for your eyes only; -o - shows it all the same"}
	}
	if format == "der" && (a.onTerminal() || a.github()) {
		return &usageError{"DER is no text", "-o FILE writes it to a file, --to pem makes it a text"}
	}
	var text []byte
	var err error
	if format == "jwks" {
		text, err = key.EncodeSet(keys)
	} else {
		text, err = keys[0].Encode(format)
	}
	if err != nil {
		return err
	}
	ans := answer{exit: exitOK, notes: notes, json: string(text), made: true}
	if out := a.out.Load(); out != nil {
		out.public = !slices.ContainsFunc(keys, key.Key.CanSign)
	}
	switch {
	case strings.HasPrefix(format, "jwk"):
		ans.json = json.RawMessage(bytes.TrimSpace(text))
	case format == "der":
		ans.json = text // base64
	}
	if !a.onTerminal() && !a.github() {
		ans.bare = text
		return a.show(ans)
	}
	ans.text = func(p *ui.Page) {
		for line := range strings.Lines(string(text)) {
			p.Line("%s", strings.TrimSuffix(line, "\n"))
		}
	}
	return a.show(ans)
}
