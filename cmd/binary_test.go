package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// forbiddenSymbols is the code of jwx that has open advisories or reaches the
// network. That no file of ours names it (see TestLayout) is not enough: what
// counts is that the linker found no way to it either.
var forbiddenSymbols = regexp.MustCompile(`lestrrat-go/(httprc\b|jwx/v2/(jwt|jws|jwe)\b|jwx/v2/jwk\.(Fetch|NewCache|Cache|\(\*Cache\)))`)

func TestBinaryLinksNoForbiddenSymbols(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary")
	}
	// A cached pass holds: this package links all that the binary links.
	for _, symbol := range binarySymbols(t, "..") {
		if forbiddenSymbols.MatchString(symbol) {
			t.Errorf("the binary contains %s", symbol)
		}
	}
}

func TestForbiddenSymbols(t *testing.T) {
	for symbol, want := range map[string]bool{
		"64c4c0 T github.com/lestrrat-go/httprc.(*BodyBytes).Transform": true,
		"67f540 T github.com/lestrrat-go/jwx/v2/jwk.Fetch":              true,
		"671f20 T github.com/lestrrat-go/jwx/v2/jwk.NewCache":           true,
		"672440 T github.com/lestrrat-go/jwx/v2/jwk.(*Cache).Register":  true,
		"6bf8e0 T github.com/lestrrat-go/jwx/v2/jwt.ParseString":        true,
		"6b5160 T github.com/lestrrat-go/jwx/v2/jws/internal.Sign":      true,
		"6b7540 T github.com/lestrrat-go/jwx/v2/jwe.init":               true,
		"5a1e20 T github.com/lestrrat-go/jwx/v2/jwk.ParseKey":           false,
		"5a1e20 T github.com/golang-jwt/jwt/v5.init":                    false,
	} {
		if got := forbiddenSymbols.MatchString(symbol); got != want {
			t.Errorf("%s forbidden: %v, want %v", symbol, got, want)
		}
	}
}

// binarySymbols builds the main package in dir, unstripped, and lists its symbols.
func binarySymbols(t *testing.T, dir string) (symbols []string) {
	t.Helper()
	run := func(args ...string) string {
		t.Helper()
		var stderr strings.Builder
		c := exec.CommandContext(t.Context(), "go", args...)
		c.Dir, c.Env, c.Stderr = dir, append(os.Environ(), "CGO_ENABLED=0"), &stderr
		out, err := c.Output()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
		}
		return string(out)
	}
	exe := filepath.Join(t.TempDir(), "jwt.exe")
	run("build", "-trimpath", "-ldflags=-buildid=", "-o", exe, ".")

	read := false // main is there, so the table was really read
	for line := range strings.Lines(run("tool", "nm", exe)) {
		// The linker escapes the dots in the last element of an import path.
		symbol := strings.ReplaceAll(strings.TrimSpace(line), "%2e", ".")
		read = read || strings.HasSuffix(symbol, " main.main")
		symbols = append(symbols, symbol)
	}
	if !read {
		t.Fatalf("no main.main among %d symbols", len(symbols))
	}
	return symbols
}
