package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestClientsSamples: each sample is held against its rule when it is loaded; here, that
// all clients are asked about the same ways.
func TestClientsSamples(t *testing.T) {
	var ways string
	for _, c := range base(t).Clients {
		var own []string
		for _, sample := range c.Samples {
			own = append(own, strings.Join(sample.Way, " "))
		}
		if all := strings.Join(own, "\n"); ways == "" {
			ways = all
		} else if all != ways {
			t.Errorf("%s: has other samples than those before", c.ID)
		}
	}
}

const rightClient = `{
	"id": "z", "name": "Z", "version": "1.0", "keeps": ["same-origin"], "since": "last", "sticky": true,
	"samples": [
		{"way": ["http://a.example/", "http://a.example/x"], "keeps": true},
		{"way": ["http://a.example/", "http://b.example/"], "keeps": false},
		{"way": ["http://a.example/", "http://b.example/", "http://b.example/x"], "keeps": false}
	],
	"source": ["z/z:z.c"], "mark": "SRC"
}`

func TestClientsAreStrict(t *testing.T) {
	load := func(text string) error {
		_, err := Load(fstest.MapFS{"clients/z.json": {Data: []byte(text)}}, nil)
		return err
	}
	if err := load(rightClient); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, from, to, want string }{
		{"unknown member", `"name": "Z"`, `"name": "Z", "colour": "red"`, "unknown field"},
		{"another id", `"id": "z"`, `"id": "y"`, "has the id"},
		{"no name", `"Z"`, `""`, "no name"},
		{"no version", `"1.0"`, `""`, "no name, version"},
		{"no source", `["z/z:z.c"]`, `[]`, "source"},
		{"no mark", `"SRC"`, `"U"`, "is marked"},
		{"an unknown way", `["same-origin"]`, `["same-moon"]`, `"same-moon", which does not exist`},
		{"an unknown base", `"last"`, `"middle"`, "neither the first nor the last"},
		{"a rule that does not do it", `["same-origin"]`, `["always"]`, "samples[1]"},
		{"a rule that forgets", `"sticky": true`, `"sticky": false`, "samples[2]"},
		{"no URL", `"http://b.example/"], "keeps": false`, `"b.example"], "keeps": false`, "no URL"},
		{"no way", `["http://a.example/", "http://b.example/"]`, `["http://a.example/"]`, "leads nowhere"},
		{"nothing kept", `{"way": ["http://a.example/", "http://a.example/x"], "keeps": true},`, ``, "no sample of a header that is kept"},
	} {
		text := strings.Replace(rightClient, test.from, test.to, 1)
		if text == rightClient {
			t.Fatalf("%s: nothing was changed", test.name)
		}
		if err := load(text); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "z.json: ") {
			t.Errorf("%s: %v; want the file and %q", test.name, err, test.want)
		}
	}
}
