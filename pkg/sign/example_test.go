package sign_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

func Example() {
	k, err := key.NewSecret([]byte("correct horse battery staple 123"))
	if err != nil {
		panic(err)
	}
	header, _ := strict.ParseObject([]byte(`{"alg":"HS256"}`))
	base, _ := strict.ParseObject([]byte(`{"sub":"alice"}`))
	claims, err := sign.Merge(base, []sign.Member{
		{Name: "exp", Value: json.RawMessage(`1796112000`)},
		{Name: "/realm_access/roles", Value: json.RawMessage(`["admin"]`)},
	})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", claims.Raw())
	made, err := sign.Token(alg.For(k)[0], k, header, claims)
	fmt.Println(made, err)

	_, err = sign.Merge(claims, []sign.Member{{Name: "exp", Value: json.RawMessage(`1`)}, {Name: "/exp", Value: json.RawMessage(`2`)}})
	fmt.Println(errors.Is(err, sign.ErrTwice), err)
	// Output:
	// {"sub":"alice","exp":1796112000,"realm_access":{"roles":["admin"]}}
	// eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTc5NjExMjAwMCwicmVhbG1fYWNjZXNzIjp7InJvbGVzIjpbImFkbWluIl19fQ.DeaxOsLTqd34PeMSJof8eTJ5XMOJv_H6KiY0iOR_BAA <nil>
	// true "/exp" is set twice
}
