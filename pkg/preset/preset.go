// Package preset is what known kinds of tokens have to be like, as data: one file
// for each.
package preset

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

// A Preset is one kind of token. It has a half for each thing that it is good for;
// a half that is nil is none.
type Preset struct {
	ID     string   `json:"id"`   // the file's name
	Name   string   `json:"name"` // what says so: a standard, or a product and its version
	Sign   *Sign    `json:"sign,omitempty"`
	Verify *Verify  `json:"verify,omitempty"`
	Source []string `json:"source"`
}

// Sign is how a token of this kind is made.
type Sign struct {
	Algorithms []string `json:"alg,omitempty"` // those that its consumer takes; none: any
	Type       string   `json:"typ,omitempty"` // the header's "typ"; "": it has none
	KeyID      KeyID    `json:"kid,omitempty"`
	Header     []Value  `json:"header,omitempty"`
	Claims     []Value  `json:"claims,omitempty"` // in this order, unless they are given
	Require    []Need   `json:"require,omitempty"`
	OneOf      []Need   `json:"one_of,omitempty"`  // at least one of them has to be given
	Forbid     []string `json:"forbid,omitempty"`  // claims that its consumer refuses
	IssuedAt   Instant  `json:"iat,omitzero"`      // unless it is given: from now; absent: now
	NotBefore  Instant  `json:"nbf,omitzero"`      // the same, from iat; absent: none
	Expires    Instant  `json:"exp,omitzero"`      // the same
	MaxTTL     Duration `json:"max_ttl,omitzero"`  // from iat to exp at most
	Request    bool     `json:"request,omitempty"` // it proves something of one request
	Refresh    bool     `json:"refresh,omitempty"` // it lives as long as its application's refresh tokens
}

// A KeyID says which "kid" a header has.
type KeyID string

const (
	AnyID KeyID = ""     // the key's own, else its thumbprint
	NoID  KeyID = "none" // none, unless it is given
	OwnID KeyID = "own"  // the key's own, or a given one: its consumer knows no thumbprints
)

// A Value is a claim or header member with what it is: a JSON value, or where that
// comes from.
type Value struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value,omitempty"`
	From  From            `json:"from,omitempty"`
	Fixed bool            `json:"fixed,omitempty"` // another value would make another kind of token
}

// From is where a value comes from. There is none if it is not known there.
type From string

const (
	Random   From = "random"    // made for each token
	Issuer   From = "iss"       // the claim
	Subject  From = "sub"       // the claim
	Public   From = "public"    // the public half of the key, as a JWK
	Email    From = "email"     // of the account that the key is of
	TokenURI From = "token-uri" // of that account
)

// A Need is a claim that whoever signs has to give, with an example of it as a pair,
// if it is no text: "identity:=1".
type Need struct {
	Name    string `json:"name"` // or a JSON Pointer
	Example string `json:"example,omitempty"`
}

// Verify is what a token must be like to be taken for this kind.
type Verify struct {
	Algorithms []string `json:"alg,omitempty"`     // those that are accepted; none: any
	Type       string   `json:"typ,omitempty"`     // the header's "typ"
	Untyped    bool     `json:"untyped,omitempty"` // or none, or "JWT", which tells no kinds apart
	Require    []string `json:"require"`           // claims it has
	OneOf      []string `json:"one_of,omitempty"`  // claims it has at least one of
	Forbid     []string `json:"forbid,omitempty"`  // claims it does not have
	Claims     []Claim  `json:"claims,omitempty"`
	Party      bool     `json:"azp,omitempty"` // of several audiences, azp names the one it was issued to
	Leeway     Duration `json:"leeway,omitzero"`
	MaxAge     Duration `json:"max_age,omitzero"` // how long ago it may have been issued
	Proof      bool     `json:"proof,omitempty"`  // of a key that it brings along, and of which the thumbprint is known
}

// A Claim is a claim with its value. An object may have more members.
type Claim struct {
	Name  string          `json:"name"` // or a JSON Pointer
	Value json.RawMessage `json:"value"`
}

// A Duration is written as people write it: "10s".
type Duration struct{ time.Duration }

// UnmarshalText reads what [when.ParseDuration] does.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = when.ParseDuration(string(text))
	return err
}

// An Instant is written as people write it: "-60s", "10m".
type Instant struct{ when.Time }

// UnmarshalText reads what [when.Parse] does.
func (i *Instant) UnmarshalText(text []byte) (err error) {
	i.Time, err = when.Parse(string(text))
	return err
}

//go:embed data
var embedded embed.FS

// IDs are the presets that come with the program, in the order of their names.
func IDs() []string {
	files, err := fs.Glob(embedded, "data/*.json")
	if err != nil {
		panic(err) // the pattern is sound
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(file, "data/"), ".json")
	}
	return files
}

// Lookup reads one of the presets that come with the program. An error that is
// [fs.ErrNotExist] means that there is none of this name.
func Lookup(id string) (Preset, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return Preset{}, err
	}
	return Load(data, id)
}

// Load reads the preset ID.json of a folder. It refuses unknown members, and a
// preset that has no source or demands nothing.
func Load(fsys fs.FS, id string) (Preset, error) {
	data, err := fs.ReadFile(fsys, id+".json")
	if err != nil {
		return Preset{}, err
	}
	var p Preset
	if err := read(data, &p); err != nil {
		return Preset{}, fmt.Errorf("%s.json: %w", id, err)
	}
	if err := p.check(id); err != nil {
		return Preset{}, fmt.Errorf("%s.json: %w", id, err)
	}
	return p, nil
}

func read(data []byte, into any) error {
	if _, err := strict.ParseObject(data); err != nil { // duplicate names, trailing data
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func (p *Preset) check(id string) error {
	switch {
	case p.ID != id:
		return fmt.Errorf("has the id %q", p.ID)
	case p.Name == "" || len(p.Source) == 0:
		return errors.New("has no name or no source")
	case p.Sign == nil && p.Verify == nil:
		return errors.New("says neither how to sign nor how to verify")
	}
	if p.Sign != nil {
		if err := p.Sign.check(); err != nil {
			return err
		}
	}
	if p.Verify != nil {
		return p.Verify.check()
	}
	return nil
}

func (s *Sign) check() error {
	switch s.KeyID {
	case AnyID, NoID, OwnID:
	default:
		return fmt.Errorf("has the kid %q, which is not one of %q and %q", s.KeyID, NoID, OwnID)
	}
	for _, v := range append(append([]Value{}, s.Header...), s.Claims...) {
		if v.Name == "" || (v.Value == nil) == (v.From == "") {
			return errors.New("sets something without a name, or not from one of value and from")
		}
		switch v.From {
		case "", Random, Issuer, Subject, Public, Email, TokenURI:
		default:
			return fmt.Errorf("takes %q from %q, which is nowhere", v.Name, v.From)
		}
	}
	for _, n := range append(append([]Need{}, s.Require...), s.OneOf...) {
		if n.Name == "" {
			return errors.New("needs a claim without a name")
		}
	}
	return nil
}

func (v *Verify) check() error {
	if len(v.Require) == 0 {
		return errors.New("requires no claim")
	}
	for _, c := range v.Claims {
		if c.Name == "" || c.Value == nil {
			return errors.New("has a claim without name or value")
		}
	}
	return nil
}
