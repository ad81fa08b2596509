package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// A draft is what a new token starts from. Flags change it, and leave every other
// byte as it is.
type draft struct {
	header, claims strict.Object
	made           bool          // it was a token before: nothing is added that nobody asked for
	received       strict.Object // the claims of that token, if nobody has edited them
	edited         []string      // the parts whose readable form says something else than the exact one
}

// draft finds what the new token starts from: claims and a header, a token, or what
// jwt decode has written of one.
func (a *app) draft(f *signFlags, args []string) (d draft, err error) {
	var whole []string
	for _, one := range []struct {
		name string
		text text
	}{{"--edit", f.edit}, {"--from-json", f.fromJSON}} {
		if one.text.set {
			whole = append(whole, one.name)
		}
	}
	if len(args) > 0 {
		whole = append(whole, "the claims")
	}
	if f.headerJSON.set && (f.edit.set || f.fromJSON.set || f.as.set) {
		whole = append(whole, "--header-json")
	}
	if f.as.set && (f.edit.set || f.fromJSON.set || f.headerJSON.set) {
		whole = append(whole, "--as")
	}
	switch {
	case len(whole) > 1:
		return d, &usageError{fmt.Sprintf("%s and %s: the token cannot start from both", whole[0], whole[1]), "single claims and members are set with --payload and --header"}
	case f.edit.set:
		return a.draftOfToken(f.edit.value)
	case f.fromJSON.set:
		return a.draftOfJSON(f.fromJSON.value)
	}
	if d.claims, err = a.givenObject("the claims", args); err != nil {
		return d, err
	}
	if f.headerJSON.set {
		d.header, err = a.givenObject("--header-json", []string{f.headerJSON.value})
	}
	return d, err
}

func (a *app) draftOfToken(text string) (draft, error) {
	v, err := a.read("--edit", text)
	if err != nil {
		return draft{}, err
	}
	compact, _ := token.Clean(string(v.data))
	a.secrets.Add([]byte(compact))
	t, problems := token.Inspect(compact)
	for _, p := range problems { // what is wrong with the signature goes with it
		if p.Part != token.Signature {
			return draft{}, &inputError{"--edit", &token.ParseError{Problem: p}}
		}
	}
	return draft{header: t.Header, claims: t.Claims, made: true, received: t.Claims}, nil
}

var errRedacted = errors.New("was written with --redact: what was taken out cannot be signed")

// draftOfJSON reads what jwt decode -j writes, or jwt verify -j, or an object with
// header and payload. Of each part the exact bytes are taken, as long as the readable
// one beside them says the same, else that: somebody has edited it.
func (a *app) draftOfJSON(text string) (draft, error) {
	v, err := a.read("--from-json", text)
	if err != nil {
		return draft{}, err
	}
	fail := func(format string, args ...any) (draft, error) {
		return draft{}, &inputError{"--from-json", fmt.Errorf("%s "+format, append([]any{v.origin}, args...)...)}
	}
	document, err := strict.ParseObject(v.data)
	switch {
	case strict.ReasonOf(err) == strict.Trailing:
		return fail("%w: is it several tokens? one is signed", err)
	case err != nil:
		return fail("%w", err)
	}
	if inner, found := document.Get("token"); found {
		if object, err := strict.ParseObject(inner); err == nil { // jwt sign -j has the compact form there
			document = object
		}
	}
	raw, _ := document.Get("raw")
	exact, _ := strict.ParseObject(raw)
	d := draft{made: true}
	for _, part := range []struct {
		name string
		into *strict.Object
	}{{"header", &d.header}, {"payload", &d.claims}} {
		value, found := document.Get(part.name)
		if !found {
			return fail("has no %s", part.name)
		}
		readable, err := strict.ParseObject(value)
		if err != nil {
			return fail("has a %s that %w", part.name, err)
		}
		*part.into = readable
		segment, found := exact.Text(part.name)
		switch bytes, err := strict.Base64URL(segment); {
		case !found:
		case segment == redacted:
			return fail("%w", errRedacted)
		case err != nil:
			return fail("has a raw %s that %w", part.name, err)
		default:
			received, err := strict.ParseObject(bytes)
			switch same := err == nil && strict.Equal(json.RawMessage(received.Raw()), value); {
			case !same:
				d.edited = append(d.edited, part.name)
			case part.name == "payload":
				d.received, *part.into = received, received
			default:
				*part.into = received
			}
		}
	}
	return d, nil
}

// givenObject is the JSON object that an argument stands for.
func (a *app) givenObject(what string, args []string) (strict.Object, error) {
	if len(args) == 0 {
		return strict.Object{}, nil
	}
	v, err := a.read(what, args[0])
	if err != nil {
		return strict.Object{}, err
	}
	object, err := strict.ParseObject(v.data)
	if err != nil {
		if v.literal && !strings.HasPrefix(strings.TrimSpace(args[0]), "{") {
			return strict.Object{}, &usageError{what + " must be a JSON object", "for one claim: -P name=value; for a file: @FILE"}
		}
		return strict.Object{}, &inputError{what, fmt.Errorf("%s %w", v.origin, err)}
	}
	return object, nil
}
