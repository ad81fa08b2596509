package ui

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// reportOf is a report that says a text wherever one can stand.
func reportOf(s string) Report {
	var r Report
	sayIn(reflect.ValueOf(&r).Elem(), s)
	return r
}

// sayIn puts a text into every text of a value; each list gets two elements.
func sayIn(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Struct:
		for i := range v.NumField() {
			sayIn(v.Field(i), s)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			sayIn(v.Index(i), s)
		}
	}
}

// markupTexts are what would be markup if it were not escaped.
var markupTexts = map[string]string{
	"script":          "<script>document.title='pwned'</script>",
	"end of elements": "</code></td></table></style></title></main><h1>forged</h1>",
	"event handler":   `"><img src=x onerror=alert(1)>`,
	"attribute":       `" onmouseover="alert(1)`,
	"apostrophe":      `' autofocus onfocus='alert(1)`,
	"comment":         "<!-- --> <![CDATA[ ]]> <?php ?>",
	"character":       "&lt;b&gt; &#60; &amp;",
	"Markdown":        "# forged\n> *a* _b_ ~~c~~ [d](javascript:alert(1)) ![e](https://evil.example/x.png)",
	"fence":           "``` ````` `a` ~~~",
	"pipes":           `a|b \| c \\| d \\\| e |`,
	"mention":         "@octocat octo/repo#12 #12 GH-12 https://evil.example/ www.evil.example a@evil.example",
	"list":            "1. one",
	"rule":            "---",
	"heading":         "===",
	"reference":       "[a]: https://evil.example/",
	"backslash":       `ends with \`,
}

func allTexts(t *testing.T, each func(name, text string)) {
	t.Helper()
	for _, texts := range []map[string]string{hostileTexts, markupTexts} {
		for name, text := range texts {
			each(name, text)
		}
	}
}

// TestHTMLIsWhole reads pages as XML, which they are but for their elements without an
// end: what a stranger says is text there, none of it is an element or an attribute,
// and nothing of it is lost.
func TestHTMLIsWhole(t *testing.T) {
	shape := func(page []byte) (elements []string, text string) {
		page = bytes.TrimPrefix(page, []byte("<!doctype html>\n"))
		decoder := xml.NewDecoder(bytes.NewReader(regexp.MustCompile(`<meta [^>]*>`).ReplaceAll(page, nil)))
		var said strings.Builder
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				return elements, said.String()
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, page)
			}
			switch token := token.(type) {
			case xml.StartElement:
				one := token.Name.Local
				for _, a := range token.Attr {
					one += " " + a.Name.Local + "=" + a.Value
				}
				elements = append(elements, one)
			case xml.CharData:
				said.Write(token)
			}
		}
	}
	want, _ := shape(HTML(reportOf("x"), nil))
	for _, e := range want {
		name, _, _ := strings.Cut(e, " ")
		if strings.Contains(" script iframe object embed link img base form a audio video source image use foreignObject ", " "+name+" ") ||
			regexp.MustCompile(` (on\w+|src|href|style|action)=`).MatchString(e) {
			t.Errorf("a page has %s", e)
		}
	}
	allTexts(t, func(name, text string) {
		if text == "" {
			return
		}
		elements, said := shape(HTML(reportOf(text), nil))
		if !reflect.DeepEqual(elements, want) {
			t.Errorf("%q changes the elements of the page", name)
		}
		if shown := (reporter{}).plain(text); strings.Count(said, shown) < 30 {
			t.Errorf("%q is not shown as %q", name, shown)
		}
	})
}

// TestHTMLNeedsNothing: no address that a browser would ask, and a policy against it.
func TestHTMLNeedsNothing(t *testing.T) {
	page := string(HTML(reportOf("x"), nil))
	for _, want := range []string{
		`<!doctype html>`, `<html lang="en">`, `<meta charset="utf-8">`, `name="viewport"`, `<title>x: x`,
		"default-src 'none'; style-src 'sha256-", "prefers-color-scheme: dark", "@media print", `role="img"`, `scope="col"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if found := regexp.MustCompile(`(?i)url\(|@import|https?:|//`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
}

// TestMarkdownHoldsNoMarkup: outside of code there are only our own marks, and the
// tables have the columns they should.
func TestMarkdownHoldsNoMarkup(t *testing.T) {
	markup := regexp.MustCompile(`(?i)[<>\[\]@~\\$]|&[a-z#]|https?:|www\.|\bgh-\d|#\d|(?m:^ *=+$)`)
	escapedPipe := regexp.MustCompile(`\\[|]`)
	allTexts(t, func(name, text string) {
		ticket := string(Markdown(reportOf(text), nil))
		outside := withoutCode(ticket)
		if found := markup.FindString(outside); found != "" {
			t.Errorf("%q: %q is outside of code in\n%s", name, found, outside)
		}
		for line := range strings.Lines(ticket) {
			if !strings.HasPrefix(line, "|") {
				continue
			}
			cells := strings.Count(escapedPipe.ReplaceAllString(line, ""), "|") - 1
			if cells != 5 && cells != 3 {
				t.Errorf("%q makes a row of %d cells: %s", name, cells, line)
			}
			if strings.Contains(line, `\\|`) {
				t.Errorf("%q: a backslash before an escaped pipe: %s", name, line)
			}
		}
	})
}

var backtickRun = regexp.MustCompile("`+")

// withoutCode is a Markdown text without what stands in code, by the rule of CommonMark
// 6.1: a run of backticks ends at the next run that is as long.
func withoutCode(text string) string {
	var out strings.Builder
	for {
		at := backtickRun.FindStringIndex(text)
		if at == nil {
			return out.String() + text
		}
		out.WriteString(text[:at[0]])
		fence, rest := text[at[0]:at[1]], text[at[1]:]
		for from := 0; ; {
			run := backtickRun.FindStringIndex(rest[from:])
			if run == nil {
				return out.String() + fence + rest // no code: all of it counts
			}
			from += run[1]
			if run[1]-run[0] == len(fence) {
				text = rest[from:]
				break
			}
		}
	}
}

func TestMarkdownWords(t *testing.T) {
	for text, want := range map[string]string{
		"in the <VirtualHost>, or in .htaccess": "in the `<VirtualHost>`, or in `.htaccess`",
		"at 2026-11-22 18:24:34 UTC; 30%":       "at 2026-11-22 18:24:34 UTC; 30%",
		"1. not a list":                         "`1.` not a list",
		"- not one either":                      "`-` not one either",
		"see https://evil.example/ or @name":    "see `https://evil.example/` or `@name`",
		"(mod_wsgi) `quoted`":                   "(`mod_wsgi`) `` `quoted` ``",
		"jwt verify --key FILE":                 "jwt verify `--key` FILE",
		"Zoë, 日本語":                              "Zoë, 日本語",
		"GH-12 sha256 7f053dca…":                "`GH-12` sha256 7f053dca…",
	} {
		if got := (&ticketWriter{}).prose(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestReportsKeepSecrets: in any form, also where an encoding would hide it from who
// looks afterwards, and where a text is cut.
func TestReportsKeepSecrets(t *testing.T) {
	const secret = `s3cret<"&'>|` + "`with\u202eall"
	var secrets Secrets
	secrets.Add([]byte(secret))
	for _, text := range []string{secret, strings.Repeat("x", maxText-5) + secret} {
		for form, report := range map[string][]byte{"html": HTML(reportOf(text), &secrets), "md": Markdown(reportOf(text), &secrets)} {
			if bytes.Contains(report, []byte("s3cr")) {
				t.Errorf("%s lets a secret out", form)
			}
		}
	}
}

// TestReportsAreBounded: a server may say as much as it likes, and a log may be as long.
func TestReportsAreBounded(t *testing.T) {
	r := reportOf(strings.Repeat("<\u202e|`>", 1<<15))
	for form, report := range map[string][]byte{"html": HTML(r, nil), "md": Markdown(r, nil)} {
		if len(report) > 1<<20 {
			t.Errorf("%s: %d bytes", form, len(report))
		}
		if !bytes.Contains(report, []byte("characters more)")) {
			t.Errorf("%s does not say what it leaves out", form)
		}
	}
	r = Report{Tests: make([]Test, 5000), Path: make([]Station, 5000), Causes: make([]Cause, 5000), Facts: make([]Item, 5000), Elsewhere: []Places{{List: make([]Place, 5000)}}}
	for form, report := range map[string][]byte{"html": HTML(r, nil), "md": Markdown(r, nil)} {
		if len(report) > 1<<18 || bytes.Count(report, []byte("and 4900 more")) != 5 {
			t.Errorf("%s: %d bytes", form, len(report))
		}
	}
}

// TestZeroReport: nothing is good until something said so.
func TestZeroReport(t *testing.T) {
	if page := string(HTML(Report{}, nil)); !strings.Contains(page, `<h1 class="unsure">`) {
		t.Error(page)
	}
	if ticket := string(Markdown(Report{}, nil)); !strings.HasPrefix(ticket, "## ? ") {
		t.Error(ticket)
	}
}
