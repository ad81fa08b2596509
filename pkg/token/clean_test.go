package token_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

func TestC6Clean(t *testing.T) {
	const (
		tok    = "aaa.bbb.ccc"
		bearer = `"Bearer"`
		scheme = `"JWT"`
		field  = `"Authorization:"`
	)
	for _, row := range []struct {
		pasted  string
		want    string
		removed []string
	}{
		{tok, tok, nil},
		{tok + "\n", tok, nil}, // every command prints one
		{tok + "\r\n", tok, nil},
		{"", "", nil},
		{"\n", "", nil},

		{" " + tok, tok, []string{token.RemovedSpace}},
		{tok + " ", tok, []string{token.RemovedSpace}},
		{tok + " \n", tok, []string{token.RemovedSpace}},
		{tok + "\n\n", tok, []string{token.RemovedSpace}},
		{"\t\r\n " + tok + "\t\r\n ", tok, []string{token.RemovedSpace}},
		{"  ", "", []string{token.RemovedSpace}},

		{"Bearer " + tok, tok, []string{bearer}},
		{"bearer " + tok, tok, []string{bearer}},
		{"BEARER   " + tok + "\n", tok, []string{bearer}},
		{"JWT " + tok, tok, []string{scheme}},
		{"jwt " + tok, tok, []string{scheme}},
		{"Bearer Bearer " + tok, tok, []string{bearer}}, // a client's own mistake

		{"Authorization:" + tok, tok, []string{field}},
		{"Authorization: Bearer " + tok, tok, []string{field, bearer}},
		{"authorization:\tbearer " + tok + "\r\n", tok, []string{field, bearer}},
		{"AUTHORIZATION: JWT " + tok, tok, []string{field, scheme}},

		{"DPoP: " + tok, tok, []string{`"DPoP:"`}},
		{"Authorization: DPoP " + tok, tok, []string{field, `"DPoP"`}},

		{`"` + tok + `"`, tok, []string{token.RemovedQuotes}},
		{`'` + tok + `'` + "\n", tok, []string{token.RemovedQuotes}},
		{"`" + tok + "`", tok, []string{token.RemovedQuotes}},
		{`"'` + tok + `'"`, tok, []string{token.RemovedQuotes}},
		{`""`, "", []string{token.RemovedQuotes}},

		{`"Authorization: Bearer ` + tok + `"`, tok, []string{token.RemovedQuotes, field, bearer}},
		{`Authorization: "Bearer ` + tok + `"`, tok, []string{field, token.RemovedQuotes, bearer}},
		{`Bearer "` + tok + `"`, tok, []string{bearer, token.RemovedQuotes}},
		{` " ` + tok + ` " `, tok, []string{token.RemovedSpace, token.RemovedQuotes}},

		// What is inside, or no pair, or not ours to take, stays for Parse to refuse.
		{"aaa.\nbbb.ccc", "aaa.\nbbb.ccc", nil},
		{"aaa. bbb.ccc", "aaa. bbb.ccc", nil},
		{`"` + tok, `"` + tok, nil},
		{`"` + tok + `'`, `"` + tok + `'`, nil},
		{`"`, `"`, nil},
		{"Bearer" + tok, "Bearer" + tok, nil},
		{"Bearer:" + tok, "Bearer:" + tok, nil},
		{"Basic " + tok, "Basic " + tok, nil},
		{"Authorization " + tok, "Authorization " + tok, nil},
		{"\u00a0" + tok, "\u00a0" + tok, nil},
		{"\ufeff" + tok, "\ufeff" + tok, nil},
		{"\u200b" + tok, "\u200b" + tok, nil},
		{tok + ",", tok + ",", nil},
	} {
		got, removed := token.Clean(row.pasted)
		if got != row.want || !slices.Equal(removed, row.removed) {
			t.Errorf("Clean(%q) = %q without %q; want %q without %q", row.pasted, got, removed, row.want, row.removed)
		}
		if again, removed := token.Clean(got); again != got || len(removed) > 0 {
			t.Errorf("Clean(%q) takes %q off what it gave", row.pasted, removed)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a.b.c\r\n", `"Authorization: Bearer 'a.b.c'"`, "JWT jwt\t`", "bearer ", "''\"\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		got, removed := token.Clean(pasted)
		if !strings.Contains(pasted, got) {
			t.Fatalf("Clean(%q) = %q, which is not in it", pasted, got)
		}
		if len(removed) == 0 && got != strings.TrimRight(pasted, "\r\n") {
			t.Fatalf("Clean(%q) = %q, and says nothing", pasted, got)
		}
		if again, removed := token.Clean(got); again != got || len(removed) > 0 {
			t.Fatalf("Clean(%q) = %q, but then %q", pasted, got, again)
		}
	})
}
