package ui

import (
	"errors"
	"strings"
	"testing"

	"github.com/fatih/color"
)

// fill writes a page as verify would.
func fill(p *Page) *Page {
	p.Verdict(Bad, "not valid: %v", errors.New("expired 3 hours ago"))
	p.Fact("signature", Good, "pass", "RS256, key k1 from https://id.example.com/jwks.json")
	p.Fact("exp", Bad, "fail", "2026-01-01T00:00:00Z, which was 3 hours ago")
	p.Fact("aud", Unsure, "not checked", `no audience was expected; the token says "api"`)
	p.Fact("kid", Good, "pass", "")
	p.Line("")
	p.Block("payload", Indent([]byte(`{"sub":"alice","sub":"bob","exp":1767225600}`), ""))
	p.Line("unverified: %d claims of %q", 3, "a\u202eb")
	p.Fact("key", Unsure, "", "k1")
	p.Fact("source", Unsure, "", "jwks.json")
	return p
}

const plainPage = `✗ not valid: expired 3 hours ago
  signature  pass         RS256, key k1 from https://id.example.com/jwks.json
  exp        fail         2026-01-01T00:00:00Z, which was 3 hours ago
  aud        not checked  no audience was expected; the token says "api"
  kid        pass

payload
  {
    "sub": "alice",
    "sub": "bob",
    "exp": 1767225600
  }
unverified: 3 claims of "a\u202eb"
  key     k1
  source  jwks.json
`

const narrowPage = `✓ valid: RS256, by https://id.example.com, for 59 minutes more
  signature  pass  RS256, key k1 from
                   https://id.example.co
                   m/jwks.json
  exp        pass  in 59 minutes
  aud        pass  twenty-one characters
                   and then some more
`

func TestPage(t *testing.T) {
	if got := string(fill(NewPage(false, 0)).Bytes()); got != plainPage {
		t.Errorf("got:\n%s\nwant:\n%s", got, plainPage)
	}
	if got := string(fill(new(Page)).Bytes()); got != plainPage {
		t.Errorf("the zero value gives:\n%s\nwant:\n%s", got, plainPage)
	}
}

func TestPageInColour(t *testing.T) {
	t.Setenv("NO_COLOR", "1") // the page has been told already: this is not its business
	before := color.NoColor
	want := strings.NewReplacer(
		"✗ not valid: expired 3 hours ago", "\x1b[31m✗ not valid: expired 3 hours ago\x1b[0m",
		"pass", "\x1b[32mpass\x1b[0m",
		"fail", "\x1b[31mfail\x1b[0m",
		"not checked", "\x1b[33mnot checked\x1b[0m",
	).Replace(plainPage)
	if got := string(fill(NewPage(true, 0)).Bytes()); got != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
	if color.NoColor != before {
		t.Error("the global state of the colour package has changed")
	}
}

func TestPageWrapped(t *testing.T) {
	p := NewPage(false, 40)
	p.Verdict(Good, "valid: RS256, by https://id.example.com, for 59 minutes more")
	p.Fact("signature", Good, "pass", "RS256, key k1 from https://id.example.com/jwks.json")
	p.Fact("exp", Good, "pass", " in 59 minutes  ")
	p.Fact("aud", Good, "pass", "twenty-one characters   and then some more")
	if got := string(p.Bytes()); got != narrowPage {
		t.Errorf("got:\n%s\nwant:\n%s", got, narrowPage)
	}
}

func TestPageMarks(t *testing.T) {
	for mark, want := range map[Mark]string{
		Good:       "✓ the answer\n",
		Bad:        "✗ the answer\n",
		Unsure:     "? the answer\n",
		*new(Mark): "? the answer\n",
	} {
		p := NewPage(false, 80)
		p.Verdict(mark, "the answer")
		if got := string(p.Bytes()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPageWithFactsOfStrangers(t *testing.T) {
	p := NewPage(false, 40)
	p.Fact(strings.Repeat("n", 99), Good, "pass", "a very long name")
	p.Fact("iss", Bad, "fail", "got a name then ::error::forged")
	want := "  " + strings.Repeat("n", 99) + `  pass  a very long name
  iss  fail  got a name then
             \u003a:error::forged
`
	if got := string(p.Bytes()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestPageTooNarrowToWrap(t *testing.T) {
	p := NewPage(false, 20)
	p.Fact("signature", Good, "pass", "a detail that has no room at all")
	if got, want := string(p.Bytes()), "  signature  pass  a detail that has no room at all\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPageGoesOnAfterBytes(t *testing.T) {
	p := NewPage(false, 0)
	p.Fact("a", Good, "pass", "")
	if got := string(p.Bytes()); got != "  a  pass\n" {
		t.Errorf("got %q", got)
	}
	p.Fact("bbb", Good, "pass", "")
	if got := string(p.Bytes()); got != "  a  pass\n  bbb  pass\n" {
		t.Errorf("got %q", got)
	}
}
