// Go-jwt-middleware is a small API as the README of Auth0's go-jwt-middleware v3 has it.
//
//	go-jwt-middleware ADDRESS SECRET-FILE
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	"github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func me(w http.ResponseWriter, r *http.Request) {
	claims, err := jwtmiddleware.GetClaims[*validator.ValidatedClaims](r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"user": claims.RegisteredClaims.Subject})
}

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	judge, err := validator.New(
		validator.WithKeyFunc(func(context.Context) (any, error) { return secret, nil }),
		validator.WithAlgorithm(validator.HS256),
		validator.WithIssuer("https://lab.example.com/"),
		validator.WithAudience("https://api.example.com"),
	)
	if err != nil {
		log.Fatal(err)
	}
	middleware, err := jwtmiddleware.New(jwtmiddleware.WithValidator(judge))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /echo", echo.Handler)
	http.Handle("GET /me", middleware.CheckJWT(http.HandlerFunc(me)))
	log.Fatal(http.ListenAndServe(os.Args[1], nil)) //nolint:gosec // on loopback, for seconds
}
