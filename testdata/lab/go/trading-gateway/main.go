// Trading-gateway checks tokens, and tells what is behind it who has come, in a header of
// its own making. It hands on nothing else that calls itself Authorization.
//
//	trading-gateway ADDRESS SECRET-FILE APPLICATION
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	key := func(*jwt.Token) (any, error) { return secret, nil }
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: os.Args[3]})
	log.Fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // on loopback, for seconds
		compact, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			http.Error(w, "gateway: a bearer token is needed", http.StatusUnauthorized)
			return
		}
		token, err := jwt.Parse(compact, key, jwt.WithValidMethods([]string{"HS256"}))
		if err != nil {
			http.Error(w, "gateway: "+err.Error(), http.StatusForbidden)
			return
		}
		subject, _ := token.Claims.GetSubject()
		r.Header.Set("Authorization", "Internal "+subject)
		proxy.ServeHTTP(w, r)
	})))
}
