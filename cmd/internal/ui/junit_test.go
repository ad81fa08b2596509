package ui

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A report as a reader has it.
type (
	junitReport struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Suite   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Failure *junitFault `xml:"failure"`
		Error   *junitFault `xml:"error"`
	}
	junitFault struct {
		Kind    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func TestJUnit(t *testing.T) {
	got := string(JUnit("jwt verify", []TestCase{
		{Name: "line 1"},
		{Name: "line 2", Kind: "claims", Details: []string{`aud failed: "a" is expected`, "exp expired"}},
		{Name: "line 3", Kind: "no-answer", Details: []string{"a < b & c"}, Broken: true},
	}))
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="jwt verify" tests="3" failures="1" errors="1">
    <testcase classname="jwt verify" name="line 1"></testcase>
    <testcase classname="jwt verify" name="line 2">
      <failure type="claims" message="aud failed: &#34;a&#34; is expected; exp expired">aud failed: &#34;a&#34; is expected&#xA;exp expired</failure>
    </testcase>
    <testcase classname="jwt verify" name="line 3">
      <error type="no-answer" message="a &lt; b &amp; c">a &lt; b &amp; c</error>
    </testcase>
  </testsuite>
</testsuites>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestJUnitIsReadAsWritten: any XML reader gets the escaped text, all of it and
// nothing else.
func TestJUnitIsReadAsWritten(t *testing.T) {
	for name, text := range hostileTexts {
		report := JUnit(text, []TestCase{{Name: text, Kind: "x" + text, Details: []string{text, text}}})
		var got junitReport
		if err := xml.NewDecoder(bytes.NewReader(report)).Decode(&got); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		escaped := Escape(text)
		c := got.Suite.Cases[0]
		if got.Suite.Name != escaped || c.Suite != escaped || c.Name != escaped || c.Failure.Kind != "x"+escaped ||
			c.Failure.Message != escaped+"; "+escaped || c.Failure.Text != escaped+"\n"+escaped {
			t.Errorf("%q is read as %+v", name, got)
		}
		if strings.ContainsRune(string(report), '\ufffd') {
			t.Errorf("%q has something that XML forbids", name)
		}
	}
}

func TestAnnotation(t *testing.T) {
	for _, test := range []struct {
		level       Level
		title, text string
		want        string
	}{
		{Error, "jwt verify", "exp expired: 3 hours ago, 100%", "::error title=jwt verify::exp expired: 3 hours ago, 100%25\n"},
		{Warning, "a,b::c", "x\n::notice::y", "::warning title=a%2Cb%3A%3Ac::x\\u000a::notice::y\n"},
		{Notice, "", "", "::notice title=::\n"},
	} {
		if got := Annotation(test.level, test.title, test.text); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	var zero Level
	if zero != Error {
		t.Error("the zero Level is not the loudest")
	}
}

// TestEscapeLeavesNothingThatXMLForbids: the ranges are those of XML 1.0, section
// 2.2, written out.
func TestEscapeLeavesNothingThatXMLForbids(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		allowed := r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd || 0x10000 <= r
		if !allowed && Escape(string(r)) == string(r) && utf8.ValidRune(r) { // a surrogate is no text at all
			t.Errorf("%U is let through", r)
		}
	}
}
