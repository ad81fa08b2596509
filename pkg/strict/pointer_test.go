package strict_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

func TestPointer(t *testing.T) {
	for text, want := range map[string][]string{
		"/":          {""},
		"//":         {"", ""},
		"/foo":       {"foo"},
		"/foo/0":     {"foo", "0"},
		"/a~1b":      {"a/b"},
		"/m~0n":      {"m~n"},
		"/~01":       {"~1"}, // RFC 6901 §4: not "/"
		"/~0~1~0":    {"~/~"},
		"/c%d/e^f":   {"c%d", "e^f"},
		"/ /é/\x00":  {" ", "é", "\x00"},
		"/a/-":       {"a", "-"},
		"/a//b/":     {"a", "", "b", ""},
		`/"x":0,"y"`: {`"x":0,"y"`},
	} {
		if got, err := strict.Pointer(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("Pointer(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	// The empty pointer means the whole document, which is no place to set.
	for _, text := range []string{"", "foo", "#/foo", " /foo", "~1foo", "/~", "/a~", "/~2", "/a~b", "/~~0", "/a/~/b"} {
		if got, err := strict.Pointer(text); !errors.Is(err, strict.ErrPointer) {
			t.Errorf("Pointer(%q) = %q, %v", text, got, err)
		}
	}
}

// TestAtRFC6901 has the examples of RFC 6901 §5.
func TestAtRFC6901(t *testing.T) {
	document := object(t, `{
      "foo": ["bar", "baz"],
      "": 0,
      "a/b": 1,
      "c%d": 2,
      "e^f": 3,
      "g|h": 4,
      "i\\j": 5,
      "k\"l": 6,
      " ": 7,
      "m~n": 8
   }`)
	for pointer, want := range map[string]string{
		"/foo":   `["bar", "baz"]`,
		"/foo/0": `"bar"`,
		"/":      `0`,
		"/a~1b":  `1`,
		"/c%d":   `2`,
		"/e^f":   `3`,
		"/g|h":   `4`,
		"/i\\j":  `5`,
		"/k\"l":  `6`,
		"/ ":     `7`,
		"/m~0n":  `8`,
	} {
		if got, ok := at(t, document, pointer); !ok || got != want {
			t.Errorf("at %q is %s, %t; want %s", pointer, got, ok, want)
		}
	}
}

func at(t *testing.T, o strict.Object, pointer string) (string, bool) {
	t.Helper()
	steps, err := strict.Pointer(pointer)
	if err != nil {
		t.Fatalf("%q: %v", pointer, err)
	}
	value, ok := o.At(steps)
	return string(value), ok
}

func TestAt(t *testing.T) {
	o := object(t, `{"a":{"b":[10,{"c":"x"},[20]]},"s":"text","n":null,"0":"zero","-":"dash","01":1}`)
	for pointer, want := range map[string]string{
		"/a/b/0": `10`, "/a/b/1/c": `"x"`, "/a/b/2/0": `20`, "/n": `null`,
		"/0": `"zero"`, "/-": `"dash"`, "/01": `1`, // in an object these are names
	} {
		if got, ok := at(t, o, pointer); !ok || got != want {
			t.Errorf("at %q is %s, %t; want %s", pointer, got, ok, want)
		}
	}
	for pointer, why := range map[string]string{
		"/x":                        "no such name",
		"/A":                        "case counts",
		"/a/b/3":                    "past the end",
		"/a/b/-":                    "the element behind the last, which is not there",
		"/a/b/-1":                   "no index",
		"/a/b/+1":                   "no index",
		"/a/b/00":                   "a leading zero",
		"/a/b/01":                   "a leading zero",
		"/a/b/1e0":                  "no index",
		"/a/b/":                     "no index",
		"/a/b/99999999999999999999": "larger than any int",
		"/s/0":                      "through a text",
		"/n/a":                      "through null",
		"/a/b/0/x":                  "through a number",
	} {
		if got, ok := at(t, o, pointer); ok {
			t.Errorf("at %q is %s: %s", pointer, got, why)
		}
	}
	if got, ok := (strict.Object{}).At([]string{"a"}); ok {
		t.Errorf("the zero Object has %s", got)
	}
}

// TestWithAt: every byte that is not on the place stays as it is, in arrays too.
func TestWithAt(t *testing.T) {
	for _, row := range []struct{ base, pointer, value, want string }{
		{`{"a":1}`, "/b", `2`, `{"a":1,"b":2}`},
		{`{"a":1}`, "/a", `2`, `{"a":2}`},
		{``, "/a/b", `1`, `{"a":{"b":1}}`},
		{`{}`, "/a/b/c", `1`, `{"a":{"b":{"c":1}}}`},
		{`{}`, "/a~1b/m~0n", `1`, `{"a/b":{"m~n":1}}`},
		{`{}`, "/", `1`, `{"":1}`},

		{` { "a" : { "b" : 1.0 , "c":2 } , "d":3 } `, "/a/b", `0`, ` { "a" : { "b" : 0 , "c":2 } , "d":3 } `},
		{"{\n \"a\": {\n  \"b\": 1\n }\n}", "/a/c", `2`, "{\n \"a\": {\n  \"b\": 1,\"c\":2\n }\n}"},
		{`{"a":{ }}`, "/a/b", `1`, `{"a":{ "b":1}}`},

		{`{"a":[ 1 , 2 ,3 ]}`, "/a/0", `9`, `{"a":[ 9 , 2 ,3 ]}`},
		{`{"a":[ 1 , 2 ,3 ]}`, "/a/1", `9`, `{"a":[ 1 , 9 ,3 ]}`},
		{`{"a":[ 1 , 2 ,3 ]}`, "/a/-", `9`, `{"a":[ 1 , 2 ,3,9 ]}`},
		{"{\"a\":[\n  1\n]}", "/a/-", `2`, "{\"a\":[\n  1,2\n]}"},
		{`{"a":[]}`, "/a/-", `1`, `{"a":[1]}`},
		{`{"a":[ ]}`, "/a/-", `1`, `{"a":[ 1]}`},
		{`{"a":[[ 1 ] , {"b": [0]} ]}`, "/a/1/b/0", `{}`, `{"a":[[ 1 ] , {"b": [{}]} ]}`},
		{`{"a":[1]}`, "/a/-/b", `2`, `{"a":[1,{"b":2}]}`},

		// In an object, "-" and digits are names.
		{`{}`, "/a/-", `1`, `{"a":{"-":1}}`},
		{`{"a":{}}`, "/a/0", `1`, `{"a":{"0":1}}`},
	} {
		var base strict.Object
		if row.base != "" {
			base = object(t, row.base)
		}
		steps, err := strict.Pointer(row.pointer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := base.WithAt(steps, json.RawMessage(row.value))
		if err != nil || string(got.Raw()) != row.want {
			t.Errorf("%q with %s = %s is %q, %v; want %q", row.base, row.pointer, row.value, got.Raw(), err, row.want)
		}
		if string(base.Raw()) != row.base {
			t.Errorf("%q became %q itself", row.base, base.Raw())
		}
	}
}

func TestWithAtRefuses(t *testing.T) {
	const base = `{"s":"text","n":1,"t":true,"z":null,"a":[1,[2]]}`
	for pointer, why := range map[string]string{
		"/s/x":   "through a text",
		"/s/x/y": "further through a text",
		"/n/x":   "through a number",
		"/t/x":   "through a word",
		"/z/x":   "through null, which is a value and not its absence",
		"/a/2":   "past the end: what would be between",
		"/a/x":   "an array has no names",
		"/a/01":  "a leading zero",
		"/a/-1":  "no index",
		"/a/0/x": "through an element",
		"/a/5/x": "through an element that is not there",
		"/a/1/1": "past the end, nested",
	} {
		steps, err := strict.Pointer(pointer)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := object(t, base).WithAt(steps, json.RawMessage(`9`)); !errors.Is(err, strict.ErrStep) {
			t.Errorf("%s gives %s, %v: %s", pointer, got.Raw(), err, why)
		}
	}
}

// TestD8WithAtHostileNames: the steps of a path are names as well.
func TestD8WithAtHostileNames(t *testing.T) {
	for _, name := range hostileNames {
		o, err := object(t, `{"a":{"b":1}}`).WithAt([]string{"a", name, name}, json.RawMessage(`true`))
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		got, ok := o.At([]string{"a", name, name})
		if b, _ := o.At([]string{"a", "b"}); !ok || string(got) != "true" || string(b) != "1" || len(o.Members()) != 1 {
			t.Errorf("%q arrived as %s", name, o.Raw())
		}
	}
}

func TestEqual(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{`1`, `1`, true},
		{`1`, `1.0`, true},
		{`1`, `10e-1`, true},
		{`1`, `0.1e1`, true},
		{`1`, `0.001E+3`, true},
		{`100`, `1e2`, true},
		{`100`, `1`, false},
		{`1e2`, `1e3`, false},
		{`12`, `21`, false},
		{`-1`, `1`, false},
		{`-1.50`, `-15e-1`, true},
		{`0`, `-0`, true},
		{`0`, `0.000e999`, true},
		{`-0.0`, `0e-5`, true},
		{`9007199254740993`, `9007199254740992`, false}, // equal as float64
		{`9007199254740993`, `9007199254740993.0`, true},
		{`0.1`, `0.1000000000000000055511151231257827`, false}, // equal as float64
		{`1e400`, `1e401`, false},                              // both infinite as float64
		{`1e-400`, `0`, false},                                 // equal as float64
		{`1e999999999`, `1e999999999`, true},
		{`1e999999999`, `10e999999998`, true},
		{`1e999999999`, `1e999999998`, false},
		{`1e9223372036854775808`, `10e9223372036854775807`, true}, // beyond int64
		{`1e18446744073709551616`, `1e0`, false},

		{`1`, `"1"`, false},
		{`"1"`, `1`, false},
		{`1`, `true`, false},
		{`0`, `null`, false},
		{`0`, `false`, false},
		{`""`, `null`, false},
		{`true`, `"true"`, false},
		{`true`, `true`, true},
		{`null`, `null`, true},
		{`true`, `false`, false},

		{`"a"`, `"a"`, true},
		{`"a"`, `"\u0061"`, true},
		{`"😀"`, `"\ud83d\ude00"`, true},
		{`"/"`, `"\/"`, true},
		{`"a"`, `"A"`, false},
		{`"a"`, `"a "`, false},
		{`"\u00e9"`, `"e\u0301"`, false}, // the same look, other code points

		{`[]`, `[]`, true},
		{`[]`, `{}`, false},
		{`{}`, `[]`, false},
		{`[]`, `null`, false},
		{`[1,2]`, `[ 1.0 , 2 ]`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1,2]`, `[1]`, false},
		{`[1]`, `1`, false},
		{`["a"]`, `"a"`, false},

		{`{"a":1,"b":2}`, `{ "b":2.0,"\u0061":1 }`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1,"b":2}`, `{"a":1}`, false},
		{`{"a":1}`, `{"A":1}`, false},
		{`{"a":1}`, `{"b":1}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":[{"b":1}]}`, `{"a":[{"b":1e0}]}`, true},
		{`{"a":[{"b":1}]}`, `{"a":[{"b":2}]}`, false},
	} {
		a, b := json.RawMessage(row.a), json.RawMessage(row.b)
		if got := strict.Equal(a, b); got != row.want {
			t.Errorf("Equal(%s, %s) is %t", a, b, got)
		}
		if got := strict.Equal(b, a); got != row.want {
			t.Errorf("Equal(%s, %s) is %t, the other way round", b, a, got)
		}
	}
}

// TestEqualIsCheap: an exponent is never expanded. A reader that did would need
// a gigabyte for the first of these, and never end with the others.
func TestEqualIsCheap(t *testing.T) {
	for _, exponent := range []string{"999999999", "-999999999", "99999999999999999999", strings.Repeat("9", 10_000)} {
		if strict.Equal(json.RawMessage("1e"+exponent), json.RawMessage("2e"+exponent)) {
			t.Errorf("1e%.30s equals twice as much", exponent)
		}
	}
}

func TestContains(t *testing.T) {
	for _, row := range []struct {
		whole, part string
		want        bool
	}{
		{`{"a":1,"b":2}`, `{}`, true},
		{`{"a":1,"b":2}`, `{"b":2.0}`, true},
		{`{"a":1,"b":2}`, `{"a":1,"b":2}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1}`, `{"a":2}`, false},
		{`{"a":1}`, `{"A":1}`, false},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"b":1}}`, false}, // only the outermost object is a subset
		{`{"a":{"b":1,"c":2}}`, `{"a":{"c":2,"b":1}}`, true},
		{`{}`, `{"a":null}`, false},
	} {
		if got := strict.Contains(object(t, row.whole), object(t, row.part)); got != row.want {
			t.Errorf("%s contains %s: %t", row.whole, row.part, got)
		}
	}
}
