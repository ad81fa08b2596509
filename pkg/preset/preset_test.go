package preset_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/preset"
)

func TestIDs(t *testing.T) {
	want := []string{"access-token", "dpop", "flask-jwt", "flask-pyjwt-auth", "flask-pyjwt-refresh", "id-token", "logout-token"}
	if got := preset.IDs(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestPresets: every file can be read, and demands no claim twice or both there
// and not there.
func TestPresets(t *testing.T) {
	for _, id := range preset.IDs() {
		p, err := preset.Lookup(id)
		if err != nil {
			t.Error(err)
			continue
		}
		claims := slices.Concat(p.Verify.Require, p.Verify.OneOf, p.Verify.Forbid)
		for _, c := range p.Verify.Claims {
			claims = append(claims, c.Name)
		}
		slices.Sort(claims)
		if slices.Contains(claims, "") || len(slices.Compact(slices.Clone(claims))) != len(claims) {
			t.Errorf("%s: %q", id, claims)
		}
	}
}

func TestLookup(t *testing.T) {
	p, err := preset.Lookup("flask-jwt")
	if err != nil || p.Verify.Leeway.Duration != 10*time.Second || !slices.Equal(p.Verify.Algorithms, []string{"HS256"}) {
		t.Errorf("%+v, %v", p, err)
	}
	for _, id := range []string{"", "Access-Token", "access", "../preset", "access-token.json", "/", "access-token\x00"} {
		if p, err := preset.Lookup(id); err == nil {
			t.Errorf("%q is %+v", id, p)
		}
	}
	if _, err := preset.Lookup("nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	const good = `{"id":"x","name":"X","verify":{"require":["exp"],"claims":[{"name":"a","value":null}],"leeway":"10s"},"source":["s"]}`
	for _, tt := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"an unknown member", `"name"`, `"nick":"X","name"`, "nick"},
		{"an unknown demand", `"require"`, `"requires":["exp"],"require"`, "requires"},
		{"an unknown member of a claim", `"value"`, `"whole":true,"value"`, "whole"},
		{"a name twice", `"name":"X"`, `"name":"X","name":"Y"`, "twice"},
		{"trailing data", `}` + "\n", `} {}`, "goes on"},
		{"another id", `"id":"x"`, `"id":"y"`, `the id "y"`},
		{"no name", `"X"`, `""`, "no name"},
		{"no source", `["s"]`, `[]`, "no source"},
		{"no demand", `["exp"]`, `[]`, "requires no claim"},
		{"a claim without a value", `,"value":null`, ``, "without name or value"},
		{"a claim without a name", `"name":"a"`, `"name":""`, "without name or value"},
		{"no duration", `"10s"`, `"soon"`, "x.json"},
		{"a negative duration", `"10s"`, `"-10s"`, "x.json"},
	} {
		data := strings.Replace(good+"\n", tt.old, tt.new, 1)
		_, err := preset.Load(fstest.MapFS{"x.json": {Data: []byte(data)}}, "x")
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
