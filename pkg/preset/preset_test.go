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
	want := []string{
		"access-token", "apple-client-secret", "apple-push", "dpop", "flask-jwt-extended", "flask-jwt", "flask-pyjwt-auth", "flask-pyjwt-refresh",
		"github-app", "google-service-account", "hasura", "id-token", "kubernetes-sa", "logout-token", "oauth-client-assertion", "supabase",
	}
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
		if p.Verify == nil {
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
		{"no half", `"verify":{"require":["exp"],"claims":[{"name":"a","value":null}],"leeway":"10s"},`, ``, "neither how to sign"},
		{"a kid of its own kind", `"verify"`, `"sign":{"kid":"any"},"verify"`, `the kid "any"`},
		{"a value from nowhere", `"verify"`, `"sign":{"claims":[{"name":"a","from":"stars"}]},"verify"`, `from "stars"`},
		{"a value from two places", `"verify"`, `"sign":{"claims":[{"name":"a","from":"iss","value":1}]},"verify"`, "not from one of"},
		{"a value from none", `"verify"`, `"sign":{"header":[{"name":"a"}]},"verify"`, "not from one of"},
		{"a need without a name", `"verify"`, `"sign":{"one_of":[{"example":"a=1"}]},"verify"`, "needs a claim without a name"},
		{"no time", `"verify"`, `"sign":{"exp":"1mo"},"verify"`, "x.json"},
		{"a sign half alone", `"verify":{"require":["exp"],"claims":[{"name":"a","value":null}],"leeway":"10s"},`, `"sign":{"exp":"1h"},`, ""},
		{"a negative duration", `"10s"`, `"-10s"`, "x.json"},
	} {
		data := strings.Replace(good+"\n", tt.old, tt.new, 1)
		_, err := preset.Load(fstest.MapFS{"x.json": {Data: []byte(data)}}, "x")
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
