package serve_test

import (
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
