// Go-jwt-middleware-v2 is a small API as the README of Auth0's go-jwt-middleware v2 has
// it.
//
//	go-jwt-middleware-v2 ADDRESS SECRET-FILE
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v2"
	"github.com/auth0/go-jwt-middleware/v2/validator"

	"github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func me(w http.ResponseWriter, r *http.Request) {
	claims := r.Context().Value(jwtmiddleware.ContextKey{}).(*validator.ValidatedClaims)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"user": claims.RegisteredClaims.Subject})
}

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	judge, err := validator.New(
		func(context.Context) (any, error) { return secret, nil },
		validator.HS256,
		"https://lab.example.com/",
		[]string{"https://api.example.com"},
	)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /echo", echo.Handler)
	http.Handle("GET /me", jwtmiddleware.New(judge.ValidateToken).CheckJWT(http.HandlerFunc(me)))
	log.Fatal(http.ListenAndServe(os.Args[1], nil)) //nolint:gosec // on loopback, for seconds
}
