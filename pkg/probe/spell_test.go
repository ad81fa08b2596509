package probe

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// bearer is an opaque token with every character that RFC 6750 §2.1 has for one.
const bearer = "Zk9xQ2/8sJ+LmN0pRtUvWxYz/AbCdEfGh+IjKlMn.OpQr-StUv_Wx~y12=="

// each is a text with each byte written in another way.
func each(format string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

func replaced(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

// A spelling is how a server may send back what it got.
var spellings = []struct {
	name  string
	spell func(string) string
	whole bool // and it stands alone
}{
	{"as it is", func(t string) string { return t }, true},
	{"PHP", replaced("/", `\/`), true},
	{"Gson", replaced("=", `\u003d`), true},
	{".NET", replaced("+", `\u002B`), true},
	{"JSON in JSON", replaced("/", `\\\/`, "=", `\\u003d`), true},
	{"JavaScript", each(`\x%02X`), true},
	{"JSON escapes", each(`\u%04x`), true},
	{"a URL", url.QueryEscape, true},
	{"a URL in a URL", func(t string) string { return url.QueryEscape(url.QueryEscape(t)) }, true},
	{"all of a URL", each("%%%02x"), true},
	{"dots of a URL", replaced(".", "%2E", "_", "%5F", "-", "&#45;"), true},
	{"HTML numbers", each("&#%d;"), true},
	{"HTML hexadecimal numbers", each("&#x%02X;"), true},
	{"HTML names", replaced("/", "&sol;", "+", "&plus;", ".", "&period;", "=", "&equals;", "_", "&lowbar;"), true},
	{"HTML in JSON", replaced("/", `\u0026#47;`), true},
	{"hexadecimal", func(t string) string { return hex.EncodeToString([]byte(t)) }, true},
	{"capital hexadecimal", func(t string) string { return strings.ToUpper(hex.EncodeToString([]byte(t))) }, false},
	{"base64", func(t string) string { return base64.StdEncoding.EncodeToString([]byte("Bearer " + t)) }, false},
	{"base64 by PHP", func(t string) string {
		return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(t+"??>>")), "/", `\/`)
	}, false},
	{"small letters", strings.ToLower, false},
	{"capital letters", strings.ToUpper, false},
	{"a plus sign read as a space", replaced("+", " "), false},
	{"without the last", func(t string) string { return t[:len(t)-1] }, false},
	{"without the last five", func(t string) string { return t[:max(0, len(t)-5)] + "..." }, false},
	{"without padding", func(t string) string { return strings.TrimRight(t, "=") }, false},
	{"without the first", func(t string) string { return t[1:] }, false},
	{"in small letters, cut, by PHP", func(t string) string { return strings.ReplaceAll(strings.ToLower(t[:len(t)/2]), "/", `\/`) }, false},
	{"broken over lines", func(t string) string {
		var b strings.Builder
		for len(t) > 40 {
			b.WriteString(t[:40] + "\r\n")
			t = t[40:]
		}
		return b.String() + t
	}, false},
}

// left is the first run of a credential that can be read in what is recorded of a text.
func left(recorded, credential string) string {
	credential = strings.ToLower(credential)
	var quoted string
	readings := []string{recorded, html.UnescapeString(recorded)}
	if json.Unmarshal([]byte(`"`+recorded+`"`), &quoted) == nil {
		readings = append(readings, quoted, html.UnescapeString(quoted))
		if json.Unmarshal([]byte(`"`+quoted+`"`), &quoted) == nil {
			readings = append(readings, quoted)
		}
	}
	for _, unescape := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
		if read, err := unescape(recorded); err == nil {
			readings = append(readings, read)
			if read, err := unescape(read); err == nil {
				readings = append(readings, read)
			}
		}
	}
	readings = append(readings, strings.ReplaceAll(recorded, " ", "+"), strings.ReplaceAll(recorded, `\x`, "%"))
	if read, err := url.PathUnescape(readings[len(readings)-1]); err == nil {
		readings = append(readings, read)
	}
	encodings := []string{
		credential, hex.EncodeToString([]byte(credential)),
	}
	for _, reading := range readings {
		reading = strings.ToLower(reading)
		for _, text := range encodings {
			for i := 0; i+minRun <= len(text); i++ {
				if strings.Contains(reading, text[i:i+minRun]) {
					return text[i : i+minRun]
				}
			}
		}
	}
	return ""
}

// TestSpellings: however a server writes what it got, it is known: as what was sent if
// all of it is there, and else as a part.
func TestSpellings(t *testing.T) {
	for _, token := range []string{bearer, testToken} {
		for _, given := range []bool{false, true} {
			target, mark, part := Target{URL: "https://api.example.com/", Token: token}, wire.TokenMark, wire.PartMark
			if given {
				target, mark, part = Target{URL: "https://api.example.com/", Header: []wire.Field{{Name: "Cookie", Value: "session=" + token}}}, GivenMark, GivenMark
			}
			m := newMarks(target)
			for _, test := range spellings {
				text := `{"error":"no such token ` + test.spell(token) + `","code":"invalid_token"}`
				got := m.redact(text)
				if run := left(got, token); run != "" {
					t.Errorf("%s: %s is left in %s", test.name, run, got)
				}
				if want := `{"error":"no such token ` + mark + `","code":"invalid_token"}`; test.whole && strings.ReplaceAll(got, mark+"."+mark+"."+mark, mark) != want {
					t.Errorf("%s: recorded is %s, want %s", test.name, got, want)
				}
				if !strings.Contains(got, mark) && !strings.Contains(got, part) {
					t.Errorf("%s: no mark in %s", test.name, got)
				}
			}
		}
	}
}

// TestPieces: what is only a piece of the token, or has other letters, is no mark of it.
func TestPieces(t *testing.T) {
	const opaque = "Zk9xQ2/8sJ+LmN0pRtUvWxYz"
	m := newMarks(Target{
		URL: "https://api.example.com/?next=https://www.example.com/v1/start&key=k3yk3yk3yk3yk3yk3y", Token: opaque,
		Body: []byte(`{"grant_type":"password","password":"Tr0ub4dor-and-3"}`), Header: []wire.Field{{Name: "X-Tenant", Value: "customer-relations"}},
	})
	for text, want := range map[string]string{
		opaque:                           "<token>",
		"<" + opaque + opaque[:12] + ">": "<<token><token:part>>",
		`Zk9xQ2\/8sJ\u002bLmN0pRtUvWxYz`: "<token>",
		"Zk9xQ2/8sJ LmN0pRtUvWxYz":       "<token:part>",
		"zk9xq2%2F8sj%2bl...":            "<token:part>...",
		"Zk9xQ2/8sJ...":                  "Zk9xQ2/8sJ...", // too short
		"<token:part>":                   "(token:part)",
		`{"grant_type":"refresh"} https://www.example.com/v2`: `{"grant_type":"refresh"} https://www.example.com/v2`,
		"the password TR0UB4DOR-AND-3 is old":                 "the password <given> is old",
		"Customer-Relations customer-relation":                "<given> customer-relation",
		"k3yk3yk3yk3yk3yk3":                                   "<given>",
		`C:\d%zz &co; &amp; %e4\`:                             `C:\d%zz &co; &amp; %e4\`,
	} {
		if got := m.redact(text); got != want {
			t.Errorf("%s: recorded is %s, want %s", text, got, want)
		}
	}
}

// TestTokenOfTheServer: a token that the server gave out is hidden to its end, though
// it begins as the user's does.
func TestTokenOfTheServer(t *testing.T) {
	parts := strings.Split(testToken, ".")
	got := newMarks(Target{URL: "https://api.example.com/", Token: testToken}).redact("new: " + parts[0] + "." + parts[1][:len(parts[1])-6] + "fQ.c2lnbmF0dXJl end")
	if strings.Contains(got, "fQ") || strings.Contains(got, "c2ln") {
		t.Errorf("recorded is %s", got)
	}
}

// FuzzSpellings: no run of a token is left, however it is written and wherever it is cut.
func FuzzSpellings(f *testing.F) {
	f.Add(bearer, uint8(1), uint8(2), uint8(0), uint8(40))
	f.Add(testToken, uint8(3), uint8(0), uint8(5), uint8(99))
	f.Add(strings.Repeat("0", 11)+strings.Repeat("d", 1100)+"0", uint8(9), uint8(27), uint8(68), uint8(65))
	f.Fuzz(func(t *testing.T, token string, first, second, from, length uint8) {
		if len(token) < minRun || strings.ContainsFunc(token, func(r rune) bool { return r >= 0x80 || !isBase64URL(byte(r)) && !strings.ContainsRune(".~+/=", r) }) {
			return // RFC 6750 §2.1
		}
		cut := token[min(int(from), len(token)):]
		cut = cut[:min(int(length), len(cut))]
		spell := func(i uint8) func(string) string { return spellings[int(i)%len(spellings)].spell }
		got := newMarks(Target{URL: "https://api.example.com/", Token: token}).redact(`<p>"` + spell(first)(cut+".") + `" and "` + spell(second)(token) + `"</p>`)
		if run := left(got, token); run != "" {
			t.Errorf("%s is left of %s in %s", run, token, got)
		}
	})
}

// FuzzUnspell: what is unspelt stands somewhere in the text, in its order.
func FuzzUnspell(f *testing.F) {
	f.Add("&bsol\\;&bsol\\ ;&;&#;&#x;&Hat;")
	f.Add(`a\u00e9\\\/%25%32%46&amp;#47;&nGt;\u12\x4%4&;\`)
	m := newMarks(Target{URL: "https://api.example.com/", Token: bearer, Body: []byte(`{"a":"` + testToken + `"}`)})
	f.Fuzz(func(t *testing.T, text string) {
		u, before := unspell(text), 0
		for i := range len(u.text) {
			start, end := u.span(i, i+1)
			if start < before || end <= start || end > len(text) {
				t.Fatalf("%q: byte %d of %q stands from %d to %d, behind %d", text, i, u.text, start, end, before)
			}
			before = start
		}
		if got := m.redact(text + bearer); !strings.Contains(got, wire.TokenMark) && !strings.Contains(got, wire.PartMark) {
			t.Errorf("%q has no mark", got)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	page := strings.Repeat(`<tr class="row"><td>{"path":"\/v1\/users","status":401,"error":"Unauthorized","message":"no &quot;token&quot;"}</td></tr>`+"\n", 600)
	text := strings.Repeat("The request has no valid authentication credentials for the resource. ", 1000)
	target := Target{URL: "https://api.example.com/?key=k3yk3yk3yk3yk3yk3y", Token: strings.Repeat(testToken, 4), Header: []wire.Field{{Name: "Cookie", Value: "a=" + bearer + "; b=" + bearer[10:]}}}
	form := target
	form.Body = []byte(strings.Repeat(`{"name":"somebody","id":"k3yk3yk3y"}`, 30000))
	for _, bench := range []struct {
		name, text string
		target     Target
	}{{"page", page, target}, {"text", text, target}, {"escapes", each("&#x%02X;")(strings.Repeat(bearer, 300)), target}, {"page, 1 MiB sent", page, form}} {
		b.Run(bench.name, func(b *testing.B) {
			m := newMarks(bench.target)
			for i := range 6 {
				m.add(strings.Repeat(string(rune('A'+i)), 26), wire.DummyMark(i))
			}
			b.SetBytes(int64(min(len(bench.text), maxBody)))
			for b.Loop() {
				m.redact(bench.text[:min(len(bench.text), maxBody)])
			}
		})
	}
}
