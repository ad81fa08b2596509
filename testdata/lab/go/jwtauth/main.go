// Jwtauth is a small API as the README of go-chi/jwtauth has it.
//
//	jwtauth ADDRESS SECRET-FILE
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/jwtauth/v5"

	"github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func me(w http.ResponseWriter, r *http.Request) {
	_, claims, err := jwtauth.FromContext(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"user": claims["sub"]})
}

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	auth := jwtauth.New("HS256", secret, nil)
	r := chi.NewRouter()
	r.Get("/echo", echo.Handler)
	r.With(jwtauth.Verifier(auth), jwtauth.Authenticator(auth)).Get("/me", me)
	log.Fatal(http.ListenAndServe(os.Args[1], r)) //nolint:gosec // on loopback, for seconds
}
