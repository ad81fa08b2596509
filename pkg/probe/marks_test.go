package probe

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

func TestSecrets(t *testing.T) {
	for _, test := range []struct {
		field wire.Field
		want  []string
	}{
		{wire.Field{Name: "X-Api-Key", Value: "k"}, []string{"k"}},
		{wire.Field{Name: "cookie", Value: "a=b; c=d=e"}, []string{"a=b; c=d=e", "b", "d=e"}},
		{wire.Field{Name: "content-type", Value: "application/json"}, nil},
		{wire.Field{Name: "Sec-Fetch-Mode", Value: "cors"}, nil},
		{wire.Field{Name: "Sec-", Value: "x"}, []string{"x"}},
		{wire.Field{Name: "Referer", Value: "https://api.example.com/"}, nil},
		{wire.Field{Name: "Referer", Value: "https://api.example.com/?code=1"}, []string{"https://api.example.com/?code=1"}},
	} {
		if got := Secrets(test.field); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %q, want %q", test.field, got, test.want)
		}
	}
}

// TestGivenFields: a field of the user's stands for the one that is sent otherwise, all
// of its lines do, and what it says is no credential in the answer.
func TestGivenFields(t *testing.T) {
	var accept, x []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accept, x = r.Header["Accept"], r.Header["X-Two"]
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	log, err := client().Run(context.Background(), Target{URL: server.URL, Header: []wire.Field{
		{Name: "accept", Value: "text/plain"}, {Name: "Accept", Value: "*/*"}, {Name: "X-Two", Value: "1"}, {Name: "X-Two", Value: "2"},
		{Name: "Content-Type", Value: "application/json"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(accept, []string{"text/plain", "*/*"}) || !slices.Equal(x, []string{"1", "2"}) {
		t.Errorf("Accept %q, X-Two %q", accept, x)
	}
	if got := log.Exchanges[0].Last().Get("Content-Type"); got != "application/json" {
		t.Errorf("the answer's type is recorded as %q", got)
	}
	if log.Ended.Before(log.Started) {
		t.Errorf("it ended at %s, and began at %s", log.Ended, log.Started)
	}
}
