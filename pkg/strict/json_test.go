package strict_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// object reads a text that must be one.
func object(t testing.TB, text string) strict.Object {
	t.Helper()
	o, err := strict.ParseObject([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func nested(open, inner, end string, depth int) string {
	return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
}

// manyMembers is an object with n members of different names, and then last.
func manyMembers(n int, last string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := range n {
		fmt.Fprintf(&b, `"m%d":%d,`, i, i)
	}
	return b.String() + last + "}"
}

func TestParseValueAccepts(t *testing.T) {
	for _, text := range []string{
		`true`, `false`, `null`, `""`, `[]`, `{}`,
		`0`, `-0`, `1`, `-1`, `10`, `0.5`, `-0.5`, `1.0`, `1e5`, `1E5`, `1e+5`, `1e-5`, `0e0`, `0.0e00`, `1e400`, `1e-400`,
		`123456789012345678901234567890`,
		`"a"`, `"\"\\\/\b\f\n\r\t"`, `"\u0041"`, `"\u00e9"`, `"\u00E9"`, `"\u0000"`, `"\uFFFF"`,
		`"\ud83d\ude00"`, `"\uD83D\uDE00"`, `"\udbff\udfff"`, // paired surrogates
		`"é€😀"`, "\"\x7f\"", "\"\u0080\u2028\u202e\ufeff\"", // all are legal in JSON, if not harmless on a screen
		`[1,[2,{"a":[3]}],"x"]`, `{"a":{"a":1},"b":[{"a":1},{"a":1}]}`,
	} {
		for _, around := range []string{"", " ", "\t\r\n "} {
			got, err := strict.ParseValue([]byte(around + text + around))
			if err != nil || string(got) != text {
				t.Errorf("ParseValue(%q) = %q, %v", around+text+around, got, err)
			}
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%q is no JSON", text)
		}
	}
}

// malformed is no JSON for anybody; encoding/json is the second opinion.
var malformed = []struct {
	text string
	want strict.Reason
	why  string
}{
	{``, strict.Syntax, "nothing"},
	{" \n", strict.Syntax, "nothing but space"},
	{`{`, strict.Syntax, "cut"},
	{`{"a"`, strict.Syntax, "cut"},
	{`{"a":`, strict.Syntax, "cut"},
	{`{"a":1`, strict.Syntax, "cut"},
	{`{"a":1,`, strict.Syntax, "cut"},
	{`{"a":"x`, strict.Syntax, "cut in a string"},
	{`{"a":"\`, strict.Syntax, "cut in an escape"},
	{`{"a":"\u00`, strict.Syntax, "cut in an escape"},
	{`{"a":"\ud83d\u`, strict.Syntax, "cut in the second half of a pair"},
	{`{"a":[`, strict.Syntax, "cut"},
	{`{"a":[1`, strict.Syntax, "cut"},
	{`{"a":[1,`, strict.Syntax, "cut"},
	{`{"a":tru`, strict.Syntax, "cut in a word"},
	{`{"a":1]`, strict.Syntax, "the wrong bracket"},
	{`{"a":[1}`, strict.Syntax, "the wrong bracket"},
	{`{"a":1,}`, strict.Syntax, "a comma too many"},
	{`{,}`, strict.Syntax, "a comma too many"},
	{`{"a":[1,]}`, strict.Syntax, "a comma too many"},
	{`{"a":[,1]}`, strict.Syntax, "a comma too many"},
	{`{"a":1 "b":2}`, strict.Syntax, "a comma too few"},
	{`{"a":[1 2]}`, strict.Syntax, "a comma too few"},
	{`{"a" 1}`, strict.Syntax, "no colon"},
	{`{"a"::1}`, strict.Syntax, "two colons"},
	{`{"a":}`, strict.Syntax, "no value"},
	{`{a:1}`, strict.Syntax, "a name without quotes"},
	{`{'a':1}`, strict.Syntax, "the wrong quotes"},
	{`{1:1}`, strict.Syntax, "a name that is no string"},
	{`{"a":'x'}`, strict.Syntax, "the wrong quotes"},
	{`{"a":1 // x` + "\n}", strict.Syntax, "a comment"},
	{`{"a":/* x */1}`, strict.Syntax, "a comment"},

	{`{"a":True}`, strict.Syntax, "case counts"},
	{`{"a":nul}`, strict.Syntax, "no word"},
	{`{"a":undefined}`, strict.Syntax, "of JavaScript"},
	{`{"a":NaN}`, strict.Syntax, "of JavaScript"},
	{`{"a":Infinity}`, strict.Syntax, "of JavaScript"},
	{`{"a":-Infinity}`, strict.Syntax, "of JavaScript"},

	{`{"a":01}`, strict.Syntax, "a leading zero"},
	{`{"a":-01}`, strict.Syntax, "a leading zero"},
	{`{"a":+1}`, strict.Syntax, "a plus sign"},
	{`{"a":.5}`, strict.Syntax, "no digit before the point"},
	{`{"a":1.}`, strict.Syntax, "no digit behind the point"},
	{`{"a":1.e5}`, strict.Syntax, "no digit behind the point"},
	{`{"a":1e}`, strict.Syntax, "no exponent"},
	{`{"a":1e+}`, strict.Syntax, "no exponent"},
	{`{"a":1e+-5}`, strict.Syntax, "two signs"},
	{`{"a":-}`, strict.Syntax, "no digit"},
	{`{"a":0x10}`, strict.Syntax, "hexadecimal"},
	{`{"a":1_000}`, strict.Syntax, "of Go"},
	{`{"a":1,5}`, strict.Syntax, "a decimal comma"},
	{`{"a":- 1}`, strict.Syntax, "a space inside"},

	{`{"a":"\x41"}`, strict.Syntax, "of C"},
	{`{"a":"\'"}`, strict.Syntax, "of JavaScript"},
	{`{"a":"\u12g4"}`, strict.Syntax, "not hexadecimal"},
	{`{"a":"\u+123"}`, strict.Syntax, "not hexadecimal"},
	{`{"a":"\U0041"}`, strict.Syntax, "of Go"},
	{`{"a":"\ud83d\uzzzz"}`, strict.Syntax, "not hexadecimal, behind half a pair"},
	{"{\"a\":\"\n\"}", strict.Syntax, "a control character in a string"},
	{"{\"a\":\"\t\"}", strict.Syntax, "a control character in a string"},
	{"{\"a\":\"\x00\"}", strict.Syntax, "a control character in a string"},
	{"{\"a\":\"\x1f\"}", strict.Syntax, "a control character in a string"},
	{"{\"a\n\":1}", strict.Syntax, "a control character in a name"},
	{"{\"a\":1\x00}", strict.Syntax, "NUL is no white space"},
	{"{\"a\":1\f}", strict.Syntax, "form feed is no white space"},
	{"{\"a\":1\u00a0}", strict.Syntax, "nor is a no-break space"},

	{`{}{}`, strict.Trailing, "two objects (D3)"},
	{`{"a":1} x`, strict.Trailing, "a word behind it (D3)"},
	{`{"a":1},`, strict.Trailing, "a comma behind it (D3)"},
	{`{"a":1}}`, strict.Trailing, "a brace behind it (D3)"},
	{"{\"a\":1}\x00", strict.Trailing, "NUL behind it (D3)"},
	{`{"a":1}//`, strict.Trailing, "a comment behind it (D3)"},
	{"{\"a\":1}\ufeff", strict.Trailing, "a byte order mark behind it"},

	{"\ufeff{}", strict.BOM, "a byte order mark (D5)"},
	{"\xff\xfe{\x00}\x00", strict.Syntax, "UTF-16, little end first (D5)"},
	{"\xfe\xff\x00{\x00}", strict.Syntax, "UTF-16, big end first (D5)"},
	{"{\x00}\x00", strict.Syntax, "UTF-16 without a mark (D5)"},
	{"\x00{\x00}", strict.Syntax, "UTF-16 without a mark (D5)"},
	{"{\x00\x00\x00}\x00\x00\x00", strict.Syntax, "UTF-32 (D5)"},
}

func TestD3D5Malformed(t *testing.T) {
	for _, row := range malformed {
		o, err := strict.ParseObject([]byte(row.text))
		if strict.ReasonOf(err) != row.want {
			t.Errorf("ParseObject(%q): %v; want %s: %s", row.text, err, row.want, row.why)
		}
		if len(o.Raw()) > 0 || len(o.Members()) > 0 {
			t.Errorf("ParseObject(%q) gives an object with its error", row.text)
		}
		if _, err := strict.ParseValue([]byte(row.text)); strict.ReasonOf(err) != row.want {
			t.Errorf("ParseValue(%q): %v; want %s", row.text, err, row.want)
		}
		if json.Valid([]byte(row.text)) {
			t.Errorf("encoding/json accepts %q", row.text)
		}
	}
}

func TestD4NotAnObject(t *testing.T) {
	for _, text := range []string{`null`, `[]`, `[{}]`, `"{}"`, `1`, `true`, ` 0 `} {
		if _, err := strict.ParseObject([]byte(text)); strict.ReasonOf(err) != strict.NotObject {
			t.Errorf("ParseObject(%s): %v, want %s", text, err, strict.NotObject)
		}
	}
}

// TestUntrusted: what encoding/json accepts and two readers would read
// differently. The object is complete all the same, for a tool that shows it.
func TestUntrusted(t *testing.T) {
	for _, row := range []struct {
		text string
		want strict.Reason
		name string // that stands twice
		why  string
	}{
		{`{"a":1,"a":2}`, strict.Duplicate, "a", "D1"},
		{`{"a":1,"a":1}`, strict.Duplicate, "a", "D1, even with the same value"},
		{`{"a":1,"b":2,"a":3}`, strict.Duplicate, "a", "D1, with another between"},
		{`{"sub":1,"\u0073ub":2}`, strict.Duplicate, "sub", "D1, after unescaping"},
		{`{"\u0073ub":1,"sub":2}`, strict.Duplicate, "sub", "D1, after unescaping"},
		{`{"😀":1,"\ud83d\ude00":2}`, strict.Duplicate, "😀", "D1, after unescaping a pair"},
		{`{"a/b":1,"a\/b":2}`, strict.Duplicate, "a/b", "D1, after unescaping"},
		{`{"":1,"":2}`, strict.Duplicate, "", "D1, the empty name"},
		{`{"a":{"b":1,"b":2}}`, strict.Duplicate, "b", "D1, nested"},
		{`{"a":[0,{"b":1,"b":2}]}`, strict.Duplicate, "b", "D1, in an array"},
		{manyMembers(15, `"m0":1`), strict.Duplicate, "m0", "D1, the 16th member"},
		{manyMembers(16, `"m0":1`), strict.Duplicate, "m0", "D1, the 17th member"},
		{manyMembers(17, `"m16":1`), strict.Duplicate, "m16", "D1, the 18th member"},
		{manyMembers(500, `"m499":1`), strict.Duplicate, "m499", "D1, far behind"},
		{manyMembers(500, `"x":1,"\u0078":2`), strict.Duplicate, "x", "D1, far behind and escaped"},

		{"{\"a\":\"\xff\"}", strict.UTF8, "", "D5, a byte that UTF-8 never has"},
		{"{\"a\":\"\xc0\xaf\"}", strict.UTF8, "", "D5, an overlong slash"},
		{"{\"a\":\"\xed\xa0\x80\"}", strict.UTF8, "", "D5, a surrogate in UTF-8"},
		{"{\"a\":\"\xf4\x90\x80\x80\"}", strict.UTF8, "", "D5, beyond U+10FFFF"},
		{"{\"a\":\"\xe2\x82\"}", strict.UTF8, "", "D5, a cut character"},
		{"{\"a\xff\":1}", strict.UTF8, "", "D5, in a name"},

		{`{"a":"\ud83d"}`, strict.Surrogate, "", "D5, the high half alone"},
		{`{"a":"\ude00"}`, strict.Surrogate, "", "D5, the low half alone"},
		{`{"a":"\ude00\ud83d"}`, strict.Surrogate, "", "D5, in the wrong order"},
		{`{"a":"\ud83dx\ude00"}`, strict.Surrogate, "", "D5, not side by side"},
		{`{"a":"\ud83d\n"}`, strict.Surrogate, "", "D5, before another escape"},
		{`{"a":"\ud83d\u0041"}`, strict.Surrogate, "", "D5, before a letter"},
		{`{"a":"\ud83d\ud83d\ude00"}`, strict.Surrogate, "", "D5, before a whole pair"},
		{`{"\ud83d":1}`, strict.Surrogate, "", "D5, in a name"},
	} {
		o, err := strict.ParseObject([]byte(row.text))
		e, ok := errors.AsType[*strict.Error](err)
		if !ok || e.Reason != row.want || e.Name != row.name {
			t.Errorf("ParseObject(%.60q): %v; want %s %q: %s", row.text, err, row.want, row.name, row.why)
			continue
		}
		if string(o.Raw()) != row.text || len(o.Members()) == 0 {
			t.Errorf("ParseObject(%.60q) is not complete", row.text)
		}
		if _, err := strict.ParseValue([]byte(row.text)); strict.ReasonOf(err) != row.want {
			t.Errorf("ParseValue(%.60q): %v, want %s", row.text, err, row.want)
		}
	}
}

// TestD1DuplicatesAreShown: a tool that only shows a token shows both (D1).
func TestD1DuplicatesAreShown(t *testing.T) {
	o, _ := strict.ParseObject([]byte(`{"exp":1,"\u0065xp":2,"sub":"x"}`))
	var got []string
	for _, m := range o.Members() {
		got = append(got, m.Name+"="+string(m.Value))
	}
	if want := []string{"exp=1", "exp=2", `sub="x"`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestD2NamesAreExact: names differ by case, look and normal form.
func TestD2NamesAreExact(t *testing.T) {
	o := object(t, `{"EXP":1,"exp":2,"Exp":3,"`+"\u017f"+`ub":4,"sub":5,"`+"\u00e9"+`":6,"`+"e\u0301"+`":7,"a\u0000":8,"a":9}`)
	for name, want := range map[string]string{
		"exp": "2", "EXP": "1", "Exp": "3", "sub": "5", "\u017fub": "4", "\u00e9": "6", "e\u0301": "7", "a\x00": "8", "a": "9",
	} {
		if got, ok := o.Get(name); !ok || string(got) != want {
			t.Errorf("Get(%q) = %s, %t; want %s", name, got, ok, want)
		}
	}
	for _, name := range []string{"eXP", "SUB", "", "exp ", "E\u0301"} {
		if got, ok := o.Get(name); ok {
			t.Errorf("Get(%q) = %s", name, got)
		}
	}
}

// TestD6Depth: 64 levels and no more, whatever they are made of.
func TestD6Depth(t *testing.T) {
	for _, row := range []struct {
		text string
		ok   bool
	}{
		{nested(`{"a":`, `{}`, `}`, 63), true},
		{nested(`{"a":`, `{}`, `}`, 64), false},
		{`{"a":` + nested(`[`, ``, `]`, 63) + `}`, true},
		{`{"a":` + nested(`[`, ``, `]`, 64) + `}`, false},
		{`{"a":` + nested(`[{"a":`, `1`, `}]`, 32) + `}`, false},
		{nested(`{"a":[`, `1`, `]}`, 32), true},
		{`{"a":` + nested(`[`, ``, `]`, 1_000_000) + `}`, false},
		{`{"a":` + strings.Repeat(`[`, 1_000_000), false},
		{`{"a":[` + strings.TrimSuffix(strings.Repeat(`[],`, 1000), ",") + `]}`, true}, // wide, not deep
	} {
		_, err := strict.ParseObject([]byte(row.text))
		if row.ok && err != nil || !row.ok && strict.ReasonOf(err) != strict.Depth {
			t.Errorf("%.40s…: %v, want it accepted: %t", row.text, err, row.ok)
		}
	}
}

// TestD7NumbersKeepTheirText: nothing goes through a float64.
func TestD7NumbersKeepTheirText(t *testing.T) {
	for _, number := range []string{"12345678901234567890", "1e400", "-0", "1.0", "1.10", "0.1000000000000000055511151231257827", "1E+2"} {
		o := object(t, `{"n":`+number+`}`)
		if got, _ := o.Get("n"); string(got) != number || !strict.IsNumber(got) {
			t.Errorf("%s became %s", number, got)
		}
	}
}

// TestD9NamesAreData: no name means anything to the reader.
func TestD9NamesAreData(t *testing.T) {
	o := object(t, `{"__proto__":1,"constructor":2,"":3," ":4,"a.b":5,"/a":6}`)
	for i, name := range []string{"__proto__", "constructor", "", " ", "a.b", "/a"} {
		if got, _ := o.Get(name); string(got) != fmt.Sprint(i+1) {
			t.Errorf("Get(%q) = %s", name, got)
		}
	}
}

func TestMembers(t *testing.T) {
	const text = " {\r\n\t\"b\" : [ 1 ,2 ] ,\"\\u0061\":\"\\u0041\"\n,\"c\":{ \"d\" : null } } \n"
	o := object(t, text)
	if string(o.Raw()) != text {
		t.Errorf("Raw is %q", o.Raw())
	}
	var got []string
	for _, m := range o.Members() {
		got = append(got, m.Name, string(m.Value))
	}
	if want := []string{"b", "[ 1 ,2 ]", "a", `"\u0041"`, "c", `{ "d" : null }`}; !slices.Equal(got, want) {
		t.Errorf("members are %q, want %q", got, want)
	}
	for name, want := range map[string]string{"a": "A", "b": "", "c": "", "missing": ""} {
		if text, ok := o.Text(name); text != want || ok != (want != "") {
			t.Errorf("Text(%q) = %q, %t", name, text, ok)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]int{
		`{"a":01}`:          6,
		`{"a":1}x`:          7,
		`  []`:              2,
		`{"a":1,"a":2}`:     7,
		"{\"a\":\"b\xff\"}": 7,
		`{"a":"b\ud83d"}`:   7,
	} {
		_, err := strict.ParseObject([]byte(text))
		if e, ok := errors.AsType[*strict.Error](err); !ok || e.Offset != want {
			t.Errorf("%q: %v, want it at byte %d", text, err, want)
		}
	}
}

// TestErrorsNeverQuote: the text may be a secret. Only the name that stands twice
// is said, as it cannot be found otherwise.
func TestErrorsNeverQuote(t *testing.T) {
	const marked = "hunter2"
	for _, text := range []string{
		`{"a":"hunter2`, `{"a":hunter2}`, `{"a":"\hunter2"}`, `{"a":1} hunter2`, `"hunter2"`, `hunter2`,
		"{\"hunter2\":\"\xff\"}", `{"hunter2":"\ud83d"}`, `{"hunter2":` + nested("[", "", "]", 64) + `}`, `{"a":"hunter2","a":"hunter2"}`,
	} {
		_, err := strict.ParseObject([]byte(text))
		if err == nil || strings.Contains(err.Error(), marked) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"hunter2==", "hunter2!", "hunter2hi"} {
		if _, err := strict.Base64URL(text); err == nil || strings.Contains(err.Error(), marked) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReasonOf(t *testing.T) {
	_, err := strict.ParseObject([]byte(`[]`))
	if got := strict.ReasonOf(fmt.Errorf("the header %w", err)); got != strict.NotObject {
		t.Errorf("of a wrapped error: %q", got)
	}
	if got := strict.ReasonOf(nil); got != "" {
		t.Errorf("of no error: %q", got)
	}
	if got := strict.ReasonOf(errors.New("x")); got != "" {
		t.Errorf("of another error: %q", got)
	}
}

// TestWith: every byte that is not the member stays as it is.
func TestWith(t *testing.T) {
	for _, row := range []struct{ base, name, value, want string }{
		{``, "a", `1`, `{"a":1}`},
		{`{}`, "a", `1`, `{"a":1}`},
		{`{ }`, "a", `1`, `{ "a":1}`},
		{" {\n} ", "a", `1`, " {\n\"a\":1} "},

		// Added at the end, directly behind the last value.
		{`{"a":1}`, "b", `2`, `{"a":1,"b":2}`},
		{` { "a" : 1 } `, "b", `2`, ` { "a" : 1,"b":2 } `},
		{"{\n  \"a\": 1\n}\n", "b", `2`, "{\n  \"a\": 1,\"b\":2\n}\n"},
		{`{"a":"}"}`, "b", `2`, `{"a":"}","b":2}`},
		{`{"a":{"b":1}}`, "b", `2`, `{"a":{"b":1},"b":2}`},

		// Replaced where it stands.
		{`{"a":1,"b":2,"c":3}`, "b", `"x"`, `{"a":1,"b":"x","c":3}`},
		{`{"a":1,"b":2}`, "a", `{"y":[]}`, `{"a":{"y":[]},"b":2}`},
		{"{\r\n\t\"a\"\t:\r\n1.00\t,\"b\" :2}", "a", `0`, "{\r\n\t\"a\"\t:\r\n0\t,\"b\" :2}"},
		{`{"\u0061":1,"n":1e400}`, "a", `2`, `{"\u0061":2,"n":1e400}`},
		{`{"b":{"a":1},"a":1}`, "a", `2`, `{"b":{"a":1},"a":2}`},
		{`{"a":""}`, "a", `"x"`, `{"a":"x"}`},

		// Names are data.
		{`{}`, "", `1`, `{"":1}`},
		{`{}`, "a/b~<>&é\u2028", `1`, `{"a/b~<>&é\u2028":1}`},
		{`{"a":1}`, "A", `2`, `{"a":1,"A":2}`},

		// The value's own bytes stay, without the space around it.
		{`{}`, "a", " { \"x\" : 1.0 }\n", `{"a":{ "x" : 1.0 }}`},
	} {
		var base strict.Object
		if row.base != "" {
			base = object(t, row.base)
		}
		got, err := base.With(row.name, json.RawMessage(row.value))
		if err != nil || string(got.Raw()) != row.want {
			t.Errorf("%q with %q = %s is %q, %v; want %q", row.base, row.name, row.value, got.Raw(), err, row.want)
			continue
		}
		if string(base.Raw()) != row.base {
			t.Errorf("%q became %q itself", row.base, base.Raw())
		}
	}
}

// hostileNames would become more, or other, members if they were not escaped.
var hostileNames = []string{
	`x":0,"admin`, `x":0,"admin":true,"y`, `"`, `\`, `\"`, `\u0061`, `a\`, "a\nb", "\x00", "\x1b[2J", "\x7f", "\u0085\u202e\u200b\ufeff",
	"}", "{", ",", ":", "</script>", "é", "😀", " ", "__proto__", "a\u2028b",
}

func TestWithout(t *testing.T) {
	for _, row := range []struct{ base, name, want string }{
		{`{"a":1}`, "a", `{}`},
		{`{ "a" : 1 }`, "a", `{  }`},
		{`{"a":1,"b":2}`, "a", `{"b":2}`},
		{"{\n  \"a\": 1,\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}"},
		{"{\n  \"a\": 1,\n  \"b\": 2\n}", "b", "{\n  \"a\": 1\n}"},
		{`{"a":{"b":1},"b":[2],"c":3}`, "b", `{"a":{"b":1},"c":3}`},
		{`{"a":1,"A":2}`, "A", `{"a":1}`},
		{`{"\u0061":1,"b":2}`, "a", `{"b":2}`},
		{`{"a":1,"b":2,"a":3}`, "a", `{"b":2}`},
		{`{"a":1,"a":2}`, "a", `{}`},
		{`{"a":1}`, "b", `{"a":1}`},
	} {
		base, _ := strict.ParseObject([]byte(row.base)) // complete, even with a name that stands twice
		if got := base.Without(row.name); string(got.Raw()) != row.want {
			t.Errorf("%s without %q is %s, want %s", row.base, row.name, got.Raw(), row.want)
		}
		if string(base.Raw()) != row.base {
			t.Errorf("%s has changed: %s", row.base, base.Raw())
		}
	}
	if got := (strict.Object{}).Without("a"); got.Raw() != nil {
		t.Errorf("no object without a member is %s", got.Raw())
	}
}

// TestD8HostileNames: a name arrives as that name, and as one member.
func TestD8HostileNames(t *testing.T) {
	for _, base := range []string{`{}`, `{"sub":"x"}`} {
		for _, name := range hostileNames {
			before := object(t, base)
			o, err := before.With(name, json.RawMessage(`true`))
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			if n := len(o.Members()); n != len(before.Members())+1 || o.Members()[n-1].Name != name {
				t.Errorf("%q arrived as %s", name, o.Raw())
			}
			again, err := o.With(name, json.RawMessage(`false`))
			if got, _ := again.Get(name); err != nil || len(again.Members()) != len(o.Members()) || string(got) != "false" {
				t.Errorf("%q was not found again: %s, %v", name, again.Raw(), err)
			}
		}
	}
}

// TestWithRefusesNoValue: what is not one value could be more members.
func TestWithRefusesNoValue(t *testing.T) {
	for value, want := range map[string]strict.Reason{
		``:                       strict.Syntax,
		`x`:                      strict.Syntax,
		`1,"admin":true`:         strict.Trailing,
		`1}`:                     strict.Trailing,
		`1,2`:                    strict.Trailing,
		`{"a":1,"a":2}`:          strict.Duplicate,
		`"\ud83d"`:               strict.Surrogate,
		nested("[", "", "]", 65): strict.Depth,
		nested("[", "", "]", 64): strict.Depth, // too deep only where it is put
	} {
		if o, err := object(t, `{"a":1}`).With("b", json.RawMessage(value)); strict.ReasonOf(err) != want {
			t.Errorf("With(%.40q) = %s, %v; want %s", value, o.Raw(), err, want)
		}
		if o, err := object(t, `{"a":[0]}`).WithAt([]string{"a", "-"}, json.RawMessage(value)); strict.ReasonOf(err) != want {
			t.Errorf("WithAt(%.40q) = %s, %v; want %s", value, o.Raw(), err, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, text := range append(slices.Clone(hostileNames), "", "plain", "<&>", "\t\b\f\r") {
		got, ok := strict.Text(strict.Quote(text))
		if !ok || got != text {
			t.Errorf("%q came back as %q, %t", text, got, ok)
		}
	}
	if got := string(strict.Quote("<&>é")); got != `"<&>é"` {
		t.Errorf("it escapes more than JSON asks for: %s", got)
	}
	if got := string(strict.Quote("a\xffb")); got != `"a\ufffdb"` && got != "\"a\ufffdb\"" {
		t.Errorf("what is not UTF-8 became %s", got)
	}
}

func TestText(t *testing.T) {
	for value, want := range map[string]string{
		`"a"`: "a", `""`: "", `"\u0061\n"`: "a\n", `"\ud83d\ude00"`: "😀", `"\""`: `"`, `"\\"`: `\`, `"null"`: "null",
	} {
		if got, ok := strict.Text(json.RawMessage(value)); !ok || got != want {
			t.Errorf("Text(%s) = %q, %t", value, got, ok)
		}
	}
	for _, value := range []string{``, `null`, `1`, `true`, `["a"]`, `{"a":"b"}`} {
		if got, ok := strict.Text(json.RawMessage(value)); ok {
			t.Errorf("Text(%s) = %q", value, got)
		}
	}
}

func TestElementsAndTexts(t *testing.T) {
	for _, row := range []struct {
		value    string
		elements []string // nil: no array
		texts    []string // nil: not all strings
	}{
		{`[]`, []string{}, []string{}},
		{`[ ]`, []string{}, []string{}},
		{`"a"`, nil, []string{"a"}},
		{`""`, nil, []string{""}},
		{`["a"]`, []string{`"a"`}, []string{"a"}},
		{`[ "a" , "\u0062" ]`, []string{`"a"`, `"\u0062"`}, []string{"a", "b"}},
		{`["a",1]`, []string{`"a"`, `1`}, nil},
		{`[null]`, []string{`null`}, nil},
		{`[["a"]]`, []string{`["a"]`}, nil},
		{`[[1,[2]],{"a":[3]}]`, []string{`[1,[2]]`, `{"a":[3]}`}, nil},
		{`null`, nil, nil},
		{`1`, nil, nil},
		{`{"a":"b"}`, nil, nil},
		{``, nil, nil},
	} {
		elements, ok := strict.Elements(json.RawMessage(row.value))
		got := make([]string, len(elements))
		for i, e := range elements {
			got[i] = string(e)
		}
		if ok != (row.elements != nil) || ok && !slices.Equal(got, row.elements) {
			t.Errorf("Elements(%s) = %q, %t; want %q", row.value, got, ok, row.elements)
		}
		texts, ok := strict.Texts(json.RawMessage(row.value))
		if ok != (row.texts != nil) || ok && !slices.Equal(texts, row.texts) {
			t.Errorf("Texts(%s) = %q, %t; want %q", row.value, texts, ok, row.texts)
		}
	}
}

func FuzzParseObject(f *testing.F) {
	for _, row := range malformed {
		f.Add([]byte(row.text))
	}
	for _, seed := range []string{
		`{}`, ` { "a" : [ 1 , -0.5e+3 , null ] , "\u0062" : { "c" : "\ud83d\ude00" } } `,
		`{"a":1,"\u0061":2}`, `{"a":"\ud83d"}`, "{\"a\":\"\xff\"}",
		nested(`{"a":[`, `1`, `]}`, 32), nested(`{"a":[`, `1`, `]}`, 33), manyMembers(20, `"m3":1`),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := strict.ParseObject(data)
		switch complete, valid := len(o.Raw()) > 0, json.Valid(data); {
		case complete && !valid:
			t.Fatalf("encoding/json refuses %q", data)
		case !complete && valid && strict.ReasonOf(err) != strict.NotObject && strict.ReasonOf(err) != strict.Depth:
			t.Fatalf("%q: %v, but encoding/json accepts it", data, err)
		}
		if err != nil {
			return
		}
		rejoined := []byte{'{'}
		for i, m := range o.Members() {
			if i > 0 {
				rejoined = append(rejoined, ',')
			}
			rejoined = append(append(append(rejoined, strict.Quote(m.Name)...), ':'), m.Value...)
		}
		rejoined = append(rejoined, '}')
		if want, got := meaning(t, data), meaning(t, rejoined); want != got {
			t.Fatalf("%q means %s, but its members mean %s", data, want, got)
		}
		if value, err := strict.ParseValue(data); err != nil || !strict.Equal(value, rejoined) {
			t.Fatalf("%q and its own members %q are not equal: %v", data, rejoined, err)
		}
		if _, taken := o.Get("new"); taken {
			return
		}
		if more, err := o.With("new", json.RawMessage(`1`)); err != nil || len(more.Members()) != len(o.Members())+1 || !strict.Contains(more, o) {
			t.Fatalf("with one more member, %q is %q, %v", data, more.Raw(), err)
		}
	})
}

// meaning is a JSON text as encoding/json understands it, in one form for each
// meaning.
func meaning(t *testing.T, data []byte) string {
	var v any
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func BenchmarkParseObject(b *testing.B) {
	for name, text := range map[string]string{
		"header": `{"alg":"RS256","typ":"JWT","kid":"2024-11"}`,
		"claims": `{"iss":"https://id.example.com/","sub":"248289761001","aud":["api","web"],"exp":1796112000,"iat":1796108400,"scope":"read write"}`,
		"wide":   manyMembers(500, `"last":1`),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := strict.ParseObject([]byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
