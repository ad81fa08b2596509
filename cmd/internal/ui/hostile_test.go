package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostileTexts is what strangers send. Every encoder is run over all of it.
var hostileTexts = map[string]string{
	"clear screen":          "a\x1b[2Jb",
	"window title":          "\x1b]0;pwned\a",
	"clipboard (OSC 52)":    "\x1b]52;c;cm0gLXJmIH4=\a",
	"link (OSC 8)":          "\x1b]8;;https://evil.example\x1b\\https://id.example\x1b]8;;\x1b\\",
	"CR overwrite":          "role: user\rrole: admin",
	"backspace":             "user\b\b\b\badmin",
	"NUL":                   "legit\x00../../dev/null",
	"newline":               "a\njwt: error: forged line",
	"tab":                   "a\tb",
	"CRLF":                  "a\r\nSet-Cookie: b",
	"8-bit CSI":             "a\u009b2Jb",
	"8-bit CSI, lone byte":  "a\x9b2Jb",
	"NEL":                   "a\u0085b",
	"DEL":                   "a\x7fb",
	"bidi marks":            "\u061c\u200e\u200f",
	"bidi embeddings":       "\u202a\u202b\u202c\u202d\u202e",
	"bidi isolates":         "\u2066\u2067\u2068\u2069",
	"Trojan Source":         "access\u202e\u2066// check if admin\u2069\u2066",
	"zero width":            "ad\u200bmi\u200cn\u200d\ufeff",
	"invisible operators":   "\u2060\u2061\u2062\u2063\u2064",
	"deprecated format":     "\u206a\u206b\u206c\u206d\u206e\u206f",
	"separators":            "a\u2028b\u2029c",
	"soft hyphen":           "ad\u00admin",
	"grapheme joiner":       "a\u034fb",
	"fillers":               "\u115f\u1160\u3164\uffa0",
	"braille blank":         "\u2800",
	"Mongolian":             "\u180b\u180c\u180d\u180e\u180f",
	"variation selectors":   "✓\ufe0f\ufe00\U000e0100\U000e01ef",
	"tags":                  "hello\U000e0001\U000e0068\U000e0069\U000e007f",
	"annotation":            "\ufff9a\ufffab\ufffb",
	"noncharacters":         "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff",
	"combining run":         "Z" + strings.Repeat("\u0301\u0489", 50),
	"lone continuation":     "a\x80\xbfb",
	"truncated":             "a\xe2\x80",
	"overlong slash":        "..\xc0\xaf..",
	"encoded surrogate":     "\xed\xa0\x80",
	"beyond Unicode":        "\xf4\x90\x80\x80",
	"all bytes":             allBytes(),
	"GitHub command":        "::error::forged",
	"GitHub command, later": "a\n::set-output name=ok::true",
	"GitHub command, space": "\u3000 ::add-mask::e",
	"GitHub old command":    "sub ##[set-output name=ok;]true",
	"GitHub encoded LF":     "a%0A::error::forged%0D",
	"GitHub property":       "x,line=1::forged",
	"Azure command":         "###vso[task.setvariable variable=PATH]/tmp",
	"TeamCity command":      "##teamcity[buildStatus status='SUCCESS']",
	"very long":             strings.Repeat("A", 1<<13),
	"very long, hostile":    strings.Repeat("A\x1b", 1<<12),
	"many words":            strings.Repeat("::error:: \u202e ##[error] ", 99),
	"empty":                 "",
}

func allBytes() string {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return string(all)
}

// hostileRanges is written from the standards, not from the code it judges:
// control, bidi, zero-width and annotation characters, separators, and the rest
// of Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt).
var hostileRanges = [][2]rune{
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160},
	{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x2800, 0x2800},
	{0x3164, 0x3164}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
	{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
}

func isHostile(r rune) bool {
	for _, bounds := range hostileRanges {
		if bounds[0] <= r && r <= bounds[1] {
			return true
		}
	}
	return r&0xfffe == 0xfffe
}

// findHostile says what in a line must not reach a terminal or a log.
func findHostile(line string) error {
	run := 0
	for i, r := range line {
		if isHostile(r) {
			return fmt.Errorf("%U at byte %d", r, i)
		}
		if run++; !unicode.In(r, unicode.Mn, unicode.Me) {
			run = 0
		}
		if run > 4 {
			return fmt.Errorf("more than 4 combining marks at byte %d", i)
		}
	}
	if !utf8.ValidString(line) {
		return fmt.Errorf("invalid UTF-8")
	}
	for _, command := range []string{"##[", "##vso[", "##teamcity["} {
		if strings.Contains(line, command) {
			return fmt.Errorf("the logging command %s", command)
		}
	}
	return nil
}

// findHostileLine does so for a text of several lines, none of which may be a
// workflow command.
func findHostileLine(text string) error {
	for i, line := range strings.Split(text, "\n") {
		if err := findHostile(line); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			return fmt.Errorf("line %d is a workflow command", i+1)
		}
	}
	return nil
}

// rawJSON says s in a JSON text with as much of it unescaped as JSON allows, as
// a member name, as a value, and deeper; with carriage returns between tokens.
func rawJSON(s string) []byte {
	var quoted strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ':
			fmt.Fprintf(&quoted, `\u%04x`, c)
		case c == '"', c == '\\':
			quoted.WriteByte('\\')
			quoted.WriteByte(c)
		default:
			quoted.WriteByte(c)
		}
	}
	return fmt.Appendf(nil, "{\"%[1]s\":\"%[1]s\",\r\n\t\"list\":[\"%[1]s\\\\\",\"\\ud83d%[1]s\"]}\r", quoted.String())
}

func TestEncodersOverHostileText(t *testing.T) {
	for _, group := range []struct {
		find     func(text string) error
		encoders map[string]func(s string) string
	}{
		{findHostile, map[string]func(s string) string{
			"Escape":         Escape,
			"Indent, text":   func(s string) string { return string(Indent([]byte("x"+s), "")) },
			"GitHubData":     GitHubData,
			"GitHubProperty": GitHubProperty,
			"ShortToken":     ShortToken,
			"Annotation": func(s string) string {
				return strings.TrimSuffix(Annotation(Warning, s, s), "\n") // one line, whatever s is
			},
		}},
		{findHostileLine, map[string]func(s string) string{
			"EscapeJSON": func(s string) string {
				return strings.ReplaceAll(string(EscapeJSON(rawJSON(s))), "\t", "") // one stays, between tokens
			},
			"Indent":        func(s string) string { return string(Indent(rawJSON(s), "  ")) },
			"Verdict":       page(func(p *Page, s string) { p.Verdict(Good, "%s is %q", s, s) }),
			"Line":          page(func(p *Page, s string) { p.Line("%s", s) }),
			"Line, error":   page(func(p *Page, s string) { p.Line("%v", fmt.Errorf("no %s: %q", s, []string{s})) }),
			"Fact":          page(func(p *Page, s string) { p.Fact(s, Bad, s, s) }),
			"Fact, wrapped": page(func(p *Page, s string) { p.Fact("iss", Bad, "fail", "got "+s) }),
			"Block":         page(func(p *Page, s string) { p.Block(s, Indent(rawJSON(s), "")) }),
			"JUnit": func(s string) string {
				return string(JUnit(s, []TestCase{{Name: s, Kind: s, Details: []string{s}}, {Name: s, Kind: "x", Details: []string{s, s}, Broken: true}}))
			},
			"HTML":        func(s string) string { return string(HTML(reportOf(s), nil)) },
			"Markdown":    func(s string) string { return string(Markdown(reportOf(s), nil)) },
			"Block, text": page(func(p *Page, s string) { p.Block("body", []byte(s)) }),
		}},
	} {
		for encoder, encode := range group.encoders {
			for name, text := range hostileTexts {
				if err := group.find(encode(text)); err != nil {
					t.Errorf("%s lets through of %q: %v", encoder, name, err)
				}
			}
		}
	}
}

// page makes an encoder of what f adds to a narrow page.
func page(f func(p *Page, s string)) func(s string) string {
	return func(s string) string {
		p := NewPage(false, 40)
		f(p, s)
		return string(p.Bytes())
	}
}

func TestColourIsTheOnlyEscapeSequence(t *testing.T) {
	colours := strings.NewReplacer("\x1b[31m", "", "\x1b[32m", "", "\x1b[33m", "", "\x1b[0m", "")
	for name, text := range hostileTexts {
		p := NewPage(true, 40)
		p.Verdict(Unsure, "%s", text)
		p.Fact(text, Good, text, text)
		p.Line("%s", text)
		if err := findHostileLine(colours.Replace(string(p.Bytes()))); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[2J":                  `a\u001b[2J`,
		"a\tb\r\n":                  `a\u0009b\u000d\u000a`,
		"\u009b\x7f":                `\u009b\u007f`,
		"\u202eevil":                `\u202eevil`,
		"\U000e0001":                `\udb40\udc01`,
		"\U0010ffff":                `\udbff\udfff`,
		"\xc0\xaf":                  `\ufffd\ufffd`,
		"\ufffd":                    "\ufffd", // received as such, and plain to see
		`\u001b`:                    `\u001b`,
		"a\u0301\u0302\u0303\u0304": "a\u0301\u0302\u0303\u0304",
		"a\u0301\u0302\u0303\u0304\u0305\u0306b\u0307": "a\u0301\u0302\u0303\u0304" + `\u0305\u0306b` + "\u0307",
		"##[x":    `\u0023#[x`,
		"####[x":  `##\u0023#[x`,
		"##vso[x": `\u0023#vso[x`,
		"## 1 [x": "## 1 [x",
	} {
		if got := Escape(text); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestEscapeKnowsEveryHostileCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if isHostile(r) && Escape(string(r)) == string(r) {
			t.Errorf("%U is let through", r)
		}
	}
}

func TestEscapeLeavesTextAlone(t *testing.T) {
	for _, text := range []string{
		"plain ASCII ~ \"quoted\" \\ <b> % ::", "Zoë Ångström", "Zoe\u0308", "日本語　テキスト", "한국어", "עִבְרִית", "العربية \u0600\u06dd",
		"हिन्दी", "ภาษาไทย", "Tiếng Việt", "😀👍🏽🇨🇭", "a\u00a0b\u2009c\u3000d", "\ue000\U000f0000", "✓ ✗ …", "𝒜",
	} {
		if got := Escape(text); got != text {
			t.Errorf("Escape(%q) = %q", text, got)
		}
	}
}

func TestEscapeTwiceChangesNothing(t *testing.T) {
	for name, text := range hostileTexts {
		if once := Escape(text); Escape(once) != once {
			t.Errorf("%q: not so", name)
		}
		if once := EscapeJSON(rawJSON(text)); !bytes.Equal(EscapeJSON(once), once) {
			t.Errorf("%q in JSON: not so", name)
		}
	}
}

func TestEscapedTextFitsInsideJSON(t *testing.T) {
	for name, text := range hostileTexts {
		if escaped := `"` + strings.NewReplacer(`"`, "", `\`, "").Replace(text) + `"`; !json.Valid([]byte(Escape(escaped))) {
			t.Errorf("%q: %s", name, Escape(escaped))
		}
	}
}

func TestEscapeJSONKeepsTheMeaning(t *testing.T) {
	for name, text := range hostileTexts {
		raw := rawJSON(text)
		want := decode(t, raw)
		if got := decode(t, EscapeJSON(raw)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: EscapeJSON made it mean %v, not %v", name, got, want)
		}
		if got := decode(t, Indent(raw, "\t")); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: Indent made it mean %v, not %v", name, got, want)
		}
	}
}

func decode(t *testing.T, raw []byte) (v any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return v
}

func TestGitHubDecodesToTheEscapedText(t *testing.T) {
	// As in ActionCommand.cs: the percent sign comes last.
	data := func(s string) string {
		for _, pair := range [][2]string{{"%0D", "\r"}, {"%0A", "\n"}, {"%25", "%"}} {
			s = strings.ReplaceAll(s, pair[0], pair[1])
		}
		return s
	}
	property := func(s string) string {
		return data(strings.NewReplacer("%3A", ":", "%2C", ",").Replace(s))
	}
	for name, text := range hostileTexts {
		if got := data(GitHubData(text)); got != Escape(text) {
			t.Errorf("%q as data is read as %q", name, got)
		}
		escaped := GitHubProperty(text)
		if strings.ContainsAny(escaped, ":,") {
			t.Errorf("%q as a property ends it: %q", name, escaped)
		}
		if got := property(escaped); got != Escape(text) {
			t.Errorf("%q as a property is read as %q", name, got)
		}
	}
}

func FuzzEscapeJSON(f *testing.F) {
	for _, text := range hostileTexts {
		if len(text) < 1000 { // the fuzzer would spend its time on shortening the others
			f.Add(rawJSON(text))
		}
	}
	f.Add([]byte("{\"a\":1,\r\"a\":2}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := findHostile(Escape(string(raw))); err != nil {
			t.Errorf("Escape lets through: %v", err)
		}
		if !json.Valid(raw) {
			return
		}
		if err := findHostileLine(string(Indent(raw, ""))); err != nil {
			t.Errorf("Indent lets through: %v", err)
		}
		escaped := EscapeJSON(raw)
		if err := findHostileLine(strings.ReplaceAll(string(escaped), "\t", "")); err != nil {
			t.Errorf("EscapeJSON lets through: %v", err)
		}
		want := decode(t, raw)
		if got := decode(t, escaped); !reflect.DeepEqual(got, want) {
			t.Errorf("EscapeJSON: %v, want %v", got, want)
		}
		if got := decode(t, Indent(raw, "")); !reflect.DeepEqual(got, want) {
			t.Errorf("Indent: %v, want %v", got, want)
		}
	})
}
