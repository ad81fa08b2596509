package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestPythonDotenv: what python-dotenv made of the same texts. Where it logs an error
// and goes on, there is an error here.
func TestPythonDotenv(t *testing.T) {
	data, err := os.ReadFile("testdata/python-dotenv.json")
	if err != nil {
		t.Fatal(err)
	}
	var corpus struct {
		Environment map[string]string
		Cases       []struct {
			Text       string
			Values     map[string]string
			Unreadable bool
		}
	}
	if err := json.Unmarshal(data, &corpus); err != nil {
		t.Fatal(err)
	}
	if len(corpus.Cases) < 60 {
		t.Fatalf("%d cases", len(corpus.Cases))
	}
	for _, test := range corpus.Cases {
		list, err := ParseEnv([]byte(test.Text), func(name string) (string, bool) { v, ok := corpus.Environment[name]; return v, ok })
		got := map[string]string{}
		for _, v := range list {
			got[v.Name] = v.Value
		}
		if test.Unreadable != (err != nil) {
			t.Errorf("%q: error %v, unreadable to python-dotenv: %v", test.Text, err, test.Unreadable)
		} else if diff := cmp.Diff(test.Values, got); err == nil && diff != "" {
			t.Errorf("%q (-python-dotenv +got):\n%s", test.Text, diff)
		}
	}
}

func noEnvironment(string) (string, bool) { return "", false }

func TestParseEnvRefuses(t *testing.T) {
	const marked = "MARKED-zq8X4vTn"
	for _, test := range []struct{ text, want string }{
		{"A=b\n\n# c\nJWT_SECRET=\"" + marked, "4: has a quote that is never closed"},
		{"A=\"b\nc\nd\"\nJWT_SECRET='" + marked + "' " + marked, "4: goes on after the closing quote"},
		{"A='b\nc' d", "2: goes on after the closing quote"},
		{"JWT_SECRET " + marked, "1: has no = after the name"},
		{"A=b\r\n=" + marked, "2: has no name before ="},
		{"''=" + marked, "1: has no name before ="},
		{"'" + marked, "1: has no name before ="},
		{"A=b\nB=\xff" + marked, "2: is not UTF-8 text"},
		{"A=b\nB=\x00" + marked, "2: has a zero byte"},
	} {
		_, err := ParseEnv([]byte(test.text), noEnvironment)
		if _, ok := errors.AsType[*Error](err); !ok || err.Error() != test.want {
			t.Errorf("ParseEnv(%q): %v, want %s", test.text, err, test.want)
		}
	}
}

func TestParseEnvLines(t *testing.T) {
	list, err := ParseEnv([]byte("# c\r\nA=1\r\nB=\"2\r\n3\"\r\n\r\nC=4 # d\r\nA=5"), noEnvironment)
	want := []Variable{{"A", "5", 7}, {"B", "2\n3", 3}, {"C", "4", 6}}
	if diff := cmp.Diff(want, list); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func ExampleParseEnv() {
	list, err := ParseEnv([]byte("export HOST=id.example.com # ours\nJWT_ISSUER=\"https://${HOST}/\"\n"), noEnvironment)
	if err != nil {
		panic(err)
	}
	for _, v := range list {
		fmt.Printf("line %d: %s is %s\n", v.Line, v.Name, v.Value)
	}
	// Output:
	// line 1: HOST is id.example.com
	// line 2: JWT_ISSUER is https://id.example.com/
}

// FuzzParseEnv: what is read has names and a place, and what is written between single
// quotes is read as it was.
func FuzzParseEnv(f *testing.F) {
	for _, seed := range []string{"A=b # c", "export A='b\\'c'\nB=\"d\\ne\"", "A=${B:-${C}}", "'A'=b\r\n=", "A=\"", "A=b\u00a0#c\x1c"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := 1 + strings.Count(newlines(string(data)), "\n")
		list, err := ParseEnv(data, noEnvironment)
		if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Line < 1 || e.Line > lines) {
			t.Errorf("%T: %v", err, err)
		}
		for _, v := range list {
			if v.Name == "" || v.Line < 1 || v.Line > lines {
				t.Errorf("%+v", v)
			}
		}
		text := strings.NewReplacer("\x00", "", "\r", "", "$", "").Replace(string(data))
		if !utf8.ValidString(text) {
			return
		}
		quoted := "A='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
		if back, err := ParseEnv([]byte(quoted), noEnvironment); err != nil || len(back) != 1 || back[0].Value != text {
			t.Errorf("%q became %+v, %v", text, back, err)
		}
	})
}
