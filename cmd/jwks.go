package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
)

func (a *app) jwksCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "jwks",
		GroupID: groupKeys,
		Short:   "Show a set of public keys, or make one",
		Example: `  jwt jwks show https://id.example.com/.well-known/jwks.json
  jwt jwks make old.pem new.jwk -o jwks.json`,
		Args: noCommand,
	}
	c.RunE = a.verb(func(context.Context, []string) error { return a.showHelp(c) })
	subcommands(c, a.jwksShowCommand(), a.jwksMakeCommand())
	return c
}

func (a *app) jwksShowCommand() *cobra.Command {
	var f keyFlags
	c := &cobra.Command{
		Use:   "show [URL|FILE|VALUE]",
		Short: "Show the keys of a JWK Set, and what is wrong with them",
		Long: `Show the keys of a JWK Set, and what is wrong with them.

The exit code is 0 if a signature can be verified with at least one of them, and
14 if with none. What is wrong is shown either way: two keys with one kid,
private keys and secrets in a set for everybody, keys that are weak, and those
that cannot be used.`,
		Example: `  jwt jwks show https://id.example.com/.well-known/jwks.json
  jwt jwks show --issuer-url https://id.example.com/
  jwt jwks show -j jwks.json | jq -r '.keys[].kid'
  jwt jwks show jwks.json -f github`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		row := keyRow{"--issuer-url", &f.issuer, keysource.Issuer, nil}
		switch {
		case len(args) == 0 && !f.issuer.set:
			return a.shortHelp(c, "no set")
		case len(args) == 1 && !f.issuer.set:
			row = keyRow{setArgument, &text{value: args[0], set: true}, keysource.JWKS, (*app).readKey}
		case len(args) > 0:
			return &usageError{c.CommandPath() + " takes one set", ""}
		}
		source, err := f.openRow(a, row)
		if err != nil {
			return err
		}
		set, err := source.Keys(ctx, "")
		if err != nil {
			return source.fault(err)
		}
		return a.show(jwksAnswer(set, source))
	})
	bind(c.Flags(), "key-password", &f.password)
	f.bindPublished(c)
	f.net.bind(c)
	return c
}

// setArgument is what messages call the argument.
const setArgument = "the set"

// A jwksJSON is jwt.jwks/v1. Nothing in it is private.
type jwksJSON struct {
	Schema   string        `json:"schema"`
	OK       bool          `json:"ok"` // whether a signature can be verified with one of the keys
	Source   string        `json:"source"`
	Cached   string        `json:"cached,omitempty"` // when it was fetched, if it was in the cache
	Keys     []jwksKeyJSON `json:"keys"`             // in the order of the set
	Problems []keyProblem  `json:"problems"`         // of the set as a whole
}

type jwksKeyJSON struct {
	Index      int          `json:"index"` // its place in the set, from 0
	Usable     bool         `json:"usable"`
	KID        string       `json:"kid,omitempty"`
	KTY        string       `json:"kty,omitempty"`  // none of a key that could not be read
	Type       string       `json:"type,omitempty"` // "RSA 2048 public key"
	Bits       int          `json:"bits,omitempty"`
	Thumbprint string       `json:"thumbprint,omitempty"`
	Alg        string       `json:"alg,omitempty"`
	Use        string       `json:"use,omitempty"`
	Ops        []string     `json:"key_ops,omitempty"`
	Algorithms []string     `json:"algorithms"` // that it verifies
	Problems   []keyProblem `json:"problems"`
}

// name is what a key of a set is called: by its place if it has no kid.
func (k jwksKeyJSON) name() string {
	return cmp.Or(k.KID, fmt.Sprintf("key %d", k.Index+1))
}

// short is the kind of the key with its size: "RSA 2048".
func (k jwksKeyJSON) short() string {
	if k.KTY == "oct" {
		return "secret"
	}
	words := strings.Fields(k.Type)
	return strings.Join(words[:len(words)-2], " ") // without "public key"
}

// judge lists the keys of a set in its order, with what is wrong with each.
func judge(set key.Set) []jwksKeyJSON {
	list := []jwksKeyJSON{}
	for _, u := range set.Unusable {
		list = append(list, jwksKeyJSON{Index: u.Index, KID: u.ID, Algorithms: []string{}, Problems: []keyProblem{{"unusable", u.Why}}})
	}
	algorithms := make([][]string, len(set.Keys))
	for i, k := range set.Keys {
		algorithms[i] = fits(k, "verify")
	}
	for i, k := range set.Keys {
		problems := weaknesses(k)
		switch {
		case k.Kind() == key.Secret:
			problems = append(problems, keyProblem{"secret", "is a secret: whoever reads the set can sign"})
		case k.Leaked || k.Private() != nil:
			problems = append(problems, keyProblem{"private", "comes with its private part: whoever reads the set can sign"})
		}
		rivals := 0 // which a token could mean as well
		for j, other := range set.Keys {
			if i != j && k.HasID && other.HasID && k.ID == other.ID && meet(algorithms[i], algorithms[j]) {
				rivals++
			}
		}
		if rivals > 0 {
			problems = append(problems, keyProblem{"duplicate-kid", fmt.Sprintf("%d keys have this kid and an algorithm in common", rivals+1)})
		}
		list = append(list, jwksKeyJSON{
			Index: k.Index, Usable: len(algorithms[i]) > 0 && rivals == 0, KID: k.ID, KTY: k.KTY(), Type: k.String(), Bits: k.Bits(),
			Thumbprint: k.Thumbprint(), Alg: k.Alg, Use: k.Use, Ops: k.Ops, Algorithms: algorithms[i], Problems: problems,
		})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Index < list[j].Index })
	return list
}

// meet reports whether two lists have something in common.
func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}

func jwksAnswer(set key.Set, source *source) answer {
	out := jwksJSON{Schema: "jwt.jwks/v1", Source: source.String(), Keys: judge(set), Problems: []keyProblem{}}
	if kind := source.Facts().Type; kind != "" && !isJSON(kind) {
		out.Problems = append(out.Problems, keyProblem{"content-type", fmt.Sprintf("the server calls it %s, not application/jwk-set+json or application/json", kind)})
	}
	if cached := source.Facts().Cached; !cached.IsZero() {
		out.Cached = cached.UTC().Format(time.RFC3339)
	}
	usable, problems := 0, len(out.Problems)
	for _, k := range out.Keys {
		if problems += len(k.Problems); k.Usable {
			usable++
		}
	}
	out.OK = usable > 0
	headline := fmt.Sprintf("%d of %d keys of %s can be used", usable, len(out.Keys), source)
	if age := source.age(); age != "" {
		headline += ", cached " + age
	}
	ans := answer{exit: exitOK, json: out, notes: slices.Concat(source.notes, source.found()), hints: jwksHints(out)}
	mark, level := ui.Good, ui.Notice
	switch {
	case !out.OK:
		mark, level, ans.exit = ui.Bad, ui.Error, exitNoKey
	case problems > 0:
		mark = ui.Unsure
	}
	ans.text = func(p *ui.Page) {
		p.Verdict(mark, "%s", headline)
		for _, problem := range out.Problems {
			p.Fact("the set", ui.Bad, problem.ID, problem.Detail)
		}
		for _, k := range out.Keys {
			name := k.name()
			if k.KTY != "" {
				mark := ui.Unsure
				if k.Usable {
					mark = ui.Good
				}
				p.Fact(name, mark, k.short(), k.purpose())
				name = "" // what is wrong with it stands below
			}
			for _, problem := range k.Problems {
				p.Fact(name, ui.Bad, problem.ID, problem.Detail)
			}
		}
	}
	ans.findings = func() []finding {
		list := []finding{{level, headline}}
		for _, problem := range out.Problems {
			list = append(list, finding{ui.Warning, problem.ID + ": " + problem.Detail})
		}
		for _, k := range out.Keys {
			for _, problem := range k.Problems {
				list = append(list, finding{ui.Warning, fmt.Sprintf("%s: %s: %s", k.name(), problem.ID, problem.Detail)})
			}
		}
		return list
	}
	return ans
}

// isJSON reports whether a media type is that of JSON, or of a kind of it (RFC 6839
// §3.1).
func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// purpose says what a key is for: the algorithms, and what it says itself.
func (k jwksKeyJSON) purpose() string {
	parts := []string{cmp.Or(strings.Join(k.Algorithms, " "), "no signature")}
	for _, own := range []struct{ name, value string }{{"alg", k.Alg}, {"use", k.Use}, {"key_ops", strings.Join(k.Ops, " ")}} {
		if own.value != "" {
			parts = append(parts, own.name+" "+own.value)
		}
	}
	return strings.Join(parts, ", ")
}

func (a *app) jwksMakeCommand() *cobra.Command {
	var f keyArgument
	c := &cobra.Command{
		Use:   "make KEY...",
		Short: "Make a set for everybody of the public halves of keys",
		Long: `Make a set for everybody of the public halves of keys.

Nothing private gets into it: of a private key it has the public half, and a
secret is refused. A key without a kid gets its thumbprint (RFC 7638) as one, as
"jwt sign" does.`,
		Example: `  jwt jwks make key.pem -o jwks.json
  jwt jwks make new.jwk old.pem env:OLDEST -o jwks.json`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return a.shortHelp(c, "no key")
		}
		var set key.Set
		var notes []string
		for _, arg := range args {
			more, source, err := f.open(ctx, a, arg)
			if err != nil {
				return err
			}
			if err := publish(&set, more); err != nil {
				return &inputError{source.String(), err}
			}
			notes = append(notes, source.notes...)
		}
		return a.putKeys(set.Keys, "jwks", slices.Concat(notes, leftOut(set, "jwks")))
	})
	bind(c.Flags(), "key-password", &f.keys.password)
	return c
}

// publish adds the public halves of keys to a set. All of them, or none: a key that
// is missing in a set is missed when it is too late.
func publish(set *key.Set, more key.Set) error {
	for _, u := range more.Unusable {
		return fmt.Errorf("key %d %s", u.Index+1, u.Why)
	}
	for _, k := range more.Keys {
		if k.Public() == nil {
			return errPublicSecret
		}
		k = k.PublicOnly()
		if k.ID == "" {
			k.ID, k.HasID = k.Thumbprint(), true
		}
		if k.Use == "" && k.Ops == nil {
			k.Use = "sig"
		}
		for _, other := range set.Keys {
			switch {
			case other.Thumbprint() == k.Thumbprint():
				return &keyTwiceError{"the same key is there twice", k.ID}
			case other.ID == k.ID:
				return &keyTwiceError{"two keys have one kid", k.ID}
			}
		}
		set.Keys = append(set.Keys, k)
	}
	return nil
}

var errPublicSecret = errors.New("is a secret, which a set for everybody must never have")

// A keyTwiceError says what must be once in a set and is there twice.
type keyTwiceError struct{ what, kid string }

func (e *keyTwiceError) Error() string { return fmt.Sprintf("%s: %q", e.what, e.kid) }
