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

// A Preset is one kind of token.
type Preset struct {
	ID     string   `json:"id"`   // the file's name
	Name   string   `json:"name"` // what says so: a standard, or a product and its version
	Verify Verify   `json:"verify"`
	Source []string `json:"source"`
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
	case len(p.Verify.Require) == 0:
		return errors.New("requires no claim")
	}
	for _, c := range p.Verify.Claims {
		if c.Name == "" || c.Value == nil {
			return errors.New("has a claim without name or value")
		}
	}
	return nil
}
