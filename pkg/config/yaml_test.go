package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var testKinds = map[string]Kind{"secret": Text, "key": Text, "aud": List, "strict": Switch, "leeway": Text}

func TestParse(t *testing.T) {
	got, err := Parse([]byte(`# settings
default_profile: dev
presets: presets
profiles:
  dev:
    secret: "env:DEV_JWT_SECRET"
    aud: [api, 'web "x"']
    strict: true
  prod:
    key: |
      -----BEGIN PUBLIC KEY-----
      AAAA
    aud:
      - api
    leeway: 30s   # clocks
  one: {aud: no}
`), testKinds)
	if err != nil {
		t.Fatal(err)
	}
	want := File{Default: "dev", Presets: "presets", Profiles: []Profile{
		{"dev", []Setting{
			{"secret", []string{"env:DEV_JWT_SECRET"}, 6, 13},
			{"aud", []string{"api", `web "x"`}, 7, 10},
			{"strict", []string{"true"}, 8, 13},
		}},
		{"prod", []Setting{
			{"key", []string{"-----BEGIN PUBLIC KEY-----\nAAAA\n"}, 10, 10},
			{"aud", []string{"api"}, 14, 7},
			{"leeway", []string{"30s"}, 15, 13},
		}},
		{"one", []Setting{{"aud", []string{"no"}, 16, 14}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, empty := range []string{"", "\n", "# nothing\n", "---\n", "\ufeff", "---\n# nothing\n"} {
		if got, err := Parse([]byte(empty), testKinds); err != nil || got.Profiles != nil {
			t.Errorf("Parse(%q) = %+v, %v", empty, got, err)
		}
	}
}

// TestParseRefuses: each slip is told with its place and the name, and nothing of what
// stands beside it.
func TestParseRefuses(t *testing.T) {
	const marked = "MARKED-zq8X4vTn"
	for _, test := range []struct{ text, want string }{
		{"profile: {}", "1:1: profile is not known"},
		{"profiles:\n  dev:\n    secrt: " + marked, "3:5: secrt is no setting of a profile"},
		{"profiles:\n  dev:\n    aud: a\n    secret: " + marked + "\n    aud: b", "5:5: aud stands there twice"},
		{"profiles:\n  dev: {}\n  dev: {secret: " + marked + "}", "3:3: dev stands there twice"},
		{"default_profile: a\ndefault_profile: b", "2:1: default_profile stands there twice"},
		{"profiles:\n  dev:\n    secret:\n      - " + marked, "takes one value, not a list"},
		{"profiles:\n  dev:\n    secret: 12345678", "3:13: secret takes a text: put it between quotes"},
		{"profiles:\n  dev:\n    secret: true", "3:13: secret takes a text: put it between quotes"},
		{"profiles:\n  dev:\n    secret: 0x10", "3:13: secret takes a text: put it between quotes"},
		{"profiles:\n  dev:\n    secret: .inf", "3:13: secret takes a text: put it between quotes"},
		{"profiles:\n  dev:\n    secret:", "secret has no value"},
		{"profiles:\n  dev:\n    secret: ~", "3:13: secret has no value"},
		{"profiles:\n  dev:\n    secret: {a: " + marked + "}", "3:13: secret takes a text"},
		{"profiles:\n  dev:\n    aud: [[" + marked + "]]", "3:11: aud takes a text"},
		{"profiles:\n  dev:\n    aud: []", "3:10: aud is an empty list"},
		{"profiles:\n  dev:\n    strict: yes", "3:13: strict is true or false"},
		{"profiles:\n  dev: " + marked, "2:8: profile dev takes a map"},
		{"profiles: " + marked, "1:11: profiles takes a map"},
		{"- " + marked, "the file takes a map"},
		{marked, "1:1: the file takes a map"},
		{"profiles:\n  dev: &a\n    secret: " + marked, "2:8: an anchor is not allowed here"},
		{"profiles:\n  dev:\n    secret: *" + marked, "3:13: an alias is not allowed here"},
		{"profiles:\n  dev:\n    <<: {secret: " + marked + "}", "3:5: a merge key is not allowed here"},
		{"profiles:\n  dev:\n    secret: !!str " + marked, "3:13: a tag is not allowed here"},
		{"%YAML 1.2\n---\nprofiles: {}", "1:1: a directive is not allowed here"},
		{"default_profile: a\n---\ndefault_profile: b", "2:1: a second document is not allowed here"},
		{"default_profile: a\n...\n", "2:1: the end of a document is not allowed here"},
		{"? profiles\n: {}", "1:1: a key is written as NAME: here"},
		{"profiles:\n  dev:\n    secret: \"" + marked, "is not YAML that can be read"},
		{"profiles:\n  dev:\n    secret: '" + marked + "\n  prod: {}", "is not YAML that can be read"},
		{"profiles:\n  dev:\n\tsecret: " + marked, "3:1: is not YAML that can be read"},
		{"profiles:\n  dev:\n    secret: [" + marked, "is not YAML that can be read"},
		{"profiles:\n  dev:\n    secret: @" + marked, "3:13: is not YAML that can be read"},
		{"profiles:\n  dev:\n    secret: a: " + marked, "3:"},
		{"profiles:\n  dev:\n    secret:" + marked + ": x", "3:5: this name is no setting of a profile"},
		{"profiles:\n  dev:\n    secret:" + marked, "takes a map"},
		{"1: {}", "1:1: a name that YAML takes for something else"},
		{"profiles: " + strings.Repeat("[", 100_000), "too much in one another"},
		{"profiles: \n" + strings.Repeat("- ", 100_000), "a list in a list is not allowed here"},
		{"profiles:\n  dev:\n    secret: \xff" + marked, "3: is not UTF-8 text"},
		{strings.Repeat("#", MaxSize+1), "is larger than 1 MiB"},
	} {
		_, err := Parse([]byte(test.text), testKinds)
		if _, ok := errors.AsType[*Error](err); !ok || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), marked) {
			t.Errorf("Parse(%.80q): %v, want %s", test.text, err, test.want)
		}
	}
}

func ExampleParse() {
	_, err := Parse([]byte("profiles:\n  dev:\n    secrt: env:DEV\n"), map[string]Kind{"secret": Text})
	fmt.Println(err)
	// Output: 3:5: secrt is no setting of a profile
}

// FuzzParse: whatever stands in the file, the answer is settings that are known, or an
// Error that has none of its text.
func FuzzParse(f *testing.F) {
	f.Add([]byte("default_profile: dev\nprofiles:\n  dev:\n    secret: \"env:X\"\n    aud: [a, b]\n    strict: true\n"))
	f.Add([]byte("profiles: {dev: {key: |\n a\n}}"))
	f.Add([]byte("&a [*a, <<: !!str {? a: b}]\n---\n...\n%YAML"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data, testKinds)
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Line > 1+strings.Count(newlines(string(data)), "\n") {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		for _, p := range file.Profiles {
			for _, s := range p.Settings {
				if _, ok := testKinds[s.Name]; !ok || len(s.Values) == 0 || s.Line < 1 || s.Column < 1 {
					t.Errorf("%+v", s)
				}
			}
		}
	})
}
