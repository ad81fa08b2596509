package serve_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// One token, and one API that is reached in two ways.
func Example() {
	jwk, err := serve.NewKey()
	if err != nil {
		panic(err)
	}
	keys, err := key.Parse(jwk)
	if err != nil {
		panic(err)
	}
	issuer, err := serve.NewIssuer("https://id.example.com", keys.Keys[0])
	if err != nil {
		panic(err)
	}
	claims, err := strict.ParseObject([]byte(`{"sub":"alice","aud":"api"}`))
	if err != nil {
		panic(err)
	}
	token, err := issuer.Token(claims, time.Hour)
	if err != nil {
		panic(err)
	}

	api := httptest.NewServer(serve.NewAPI(issuer, "api"))
	defer api.Close()
	target, err := url.Parse(api.URL)
	if err != nil {
		panic(err)
	}
	front := httptest.NewServer(serve.Stripping(target))
	defer front.Close()
	for _, address := range []string{api.URL, front.URL} {
		request, err := http.NewRequest(http.MethodGet, address+"/me", nil)
		if err != nil {
			panic(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			panic(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		fmt.Println(answer.StatusCode, strings.TrimSpace(string(body)))
	}
	// Output:
	// 200 {"sub":"alice"}
	// 401 {"message":"this request arrived without an Authorization header"}
}

// A client's own test: a server that gives it tokens, and an API that takes them.
func ExampleSite() {
	server, err := serve.Listen(context.Background())
	if err != nil {
		panic(err)
	}
	defer server.Close()
	jwk, err := serve.NewKey()
	if err != nil {
		panic(err)
	}
	keys, err := key.Parse(jwk)
	if err != nil {
		panic(err)
	}
	issuer, err := serve.NewIssuer(server.URL, keys.Keys[0])
	if err != nil {
		panic(err)
	}
	grants := serve.NewGrants(issuer, serve.Account{ClientID: "app", ClientSecret: "of this test"})
	grants.Audience = "api"
	server.Serve(serve.Site{Issuer: issuer, Grants: grants, API: serve.NewAPI(issuer, "api")}.Handler())

	answer, err := http.PostForm(server.URL+serve.TokenPath, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"of this test"},
	})
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode, answer.Header.Get("Content-Type"))

	// The client is to find the new key by itself.
	if _, err := issuer.Renew(); err != nil {
		panic(err)
	}
	fmt.Println(len(issuer.Keys().Keys), "keys are published")
	// Output:
	// 200 application/json
	// 2 keys are published
}
