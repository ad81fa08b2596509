package cmd

import (
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// TestElsewhereIsNobody: another origin sees no certificate of the user's, unless it is
// trusted.
func TestElsewhereIsNobody(t *testing.T) {
	client := web.Client{Certificates: []tls.Certificate{{Certificate: [][]byte{{1}}}}}
	for trusted, want := range map[bool]int{false: 0, true: 1} {
		transport, err := new(along).elsewhere(client)("https://other.example/", trusted)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(transport.(*http.Transport).TLSClientConfig.Certificates); got != want {
			t.Errorf("trusted %t: %d certificates, want %d", trusted, got, want)
		}
	}
	if len(client.Certificates) != 1 {
		t.Error("the client has lost its own")
	}
	way := along{}
	client.Proxy = "http://user:secret@proxy.example:3128"
	if _, err := way.elsewhere(client)("https://other.example/", false); err != nil || len(way.notes) != 1 ||
		way.notes[0] != "where it redirects to is asked through the proxy http://…@proxy.example:3128" {
		t.Errorf("%v, %q", err, way.notes)
	}
}

// TestEveryWalkEndHasWords holds the words against what package probe says.
func TestEveryWalkEndHasWords(t *testing.T) {
	for _, end := range []string{
		probe.StoppedUnclear, probe.StoppedScheme, probe.StoppedLogin, probe.StoppedLoop, probe.StoppedHops,
		probe.StoppedInside, probe.StoppedGiven, probe.StoppedOrigin, probe.StoppedMethod,
	} {
		if walkEnds[end] == "" {
			t.Errorf("nobody has words for %s", end)
		}
	}
	base, err := knowledge.Default(diagnose.Facts())
	if err != nil || len(base.Clients) < 7 {
		t.Errorf("%d clients: %v", len(base.Clients), err)
	}
}
