package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseChallenges(t *testing.T) {
	for _, test := range []struct {
		text string
		want []Challenge
	}{
		{``, nil},
		{`Bearer`, []Challenge{{Scheme: "Bearer"}}},
		{`Bearer realm="api"`, []Challenge{{Scheme: "Bearer", Params: []Field{{"realm", "api"}}}}},
		{`Negotiate`, []Challenge{{Scheme: "Negotiate"}}},
		{`Negotiate oYG2MIGzoAMKAQCi==`, []Challenge{{Scheme: "Negotiate", Token68: "oYG2MIGzoAMKAQCi=="}}},
		{`Negotiate, NTLM`, []Challenge{{Scheme: "Negotiate"}, {Scheme: "NTLM"}}},
		{ // the example of RFC 9110 §11.6.1
			`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`,
			[]Challenge{
				{Scheme: "Basic", Params: []Field{{"realm", "simple"}}},
				{Scheme: "Newauth", Params: []Field{{"realm", "apps"}, {"type", "1"}, {"title", `Login to "apps"`}}},
			},
		},
		{ // Elasticsearch: three in one field
			`Basic realm="security" charset="UTF-8", Bearer realm="security", ApiKey`,
			[]Challenge{
				{Scheme: "Basic", Params: []Field{{"realm", "security"}, {"charset", "UTF-8"}}},
				{Scheme: "Bearer", Params: []Field{{"realm", "security"}}},
				{Scheme: "ApiKey"},
			},
		},
		{ // RFC 6750 §3
			`Bearer realm="example", error="invalid_token", error_description="The access token expired"`,
			[]Challenge{{Scheme: "Bearer", Params: []Field{{"realm", "example"}, {"error", "invalid_token"}, {"error_description", "The access token expired"}}}},
		},
		{`Bearer error=invalid_token`, []Challenge{{Scheme: "Bearer", Params: []Field{{"error", "invalid_token"}}}}},
		{`Bearer scope="" error="invalid_token"`, []Challenge{{Scheme: "Bearer", Params: []Field{{"scope", ""}, {"error", "invalid_token"}}}}},
		{`JWT realm="Login Required"`, []Challenge{{Scheme: "JWT", Params: []Field{{"realm", "Login Required"}}}}},
		{`, ,Bearer`, []Challenge{{Scheme: "Bearer"}}},
		{`Bearer realm="never closed`, []Challenge{{Scheme: "Bearer", Params: []Field{{"realm", "never closed"}}}}},
		{`"="`, nil},
	} {
		if diff := cmp.Diff(test.want, ParseChallenges(test.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestChallengesOfAllFields(t *testing.T) {
	r := Response{Header: []Field{
		{"www-authenticate", "Basic realm=\"a\""}, {"WWW-Authenticate", "Bearer"},
		{"x-amzn-Remapped-WWW-Authenticate", "JWT"},
	}}
	var schemes []string
	for _, c := range r.Challenges() {
		schemes = append(schemes, c.Scheme)
	}
	if diff := cmp.Diff([]string{"Basic", "Bearer", "JWT"}, schemes); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseChallenges(f *testing.F) {
	f.Add(`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`)
	f.Add(`Negotiate a==, Bearer`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range ParseChallenges(text) {
			if c.Scheme == "" {
				t.Errorf("%q: a challenge without a scheme", text)
			}
		}
	})
}

func TestSaveLoad(t *testing.T) {
	log := &Log{Schema: Schema, Target: "https://api.example.com/me", Exchanges: []Exchange{{
		Experiment: "no-header", Carries: None, Hops: []Hop{{URL: "https://api.example.com/me", Response: Response{Status: 401}}},
	}}}
	data, err := log.Save()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(log, again); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{
		``, `{}`, `[]`, `{"schema":"jwt.wire/v9"}`,
		`{"schema":"jwt.wire/v1","addresses":[null]}`, `{"schema":"jwt.wire/v1","compare":[{"addresses":[null]}]}`,
	} {
		if _, err := Load([]byte(bad)); err == nil {
			t.Errorf("%q was read as a log", bad)
		}
	}
}
