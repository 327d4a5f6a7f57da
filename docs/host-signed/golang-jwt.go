package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

func tokenFor(user string, key any) (string, error) {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	now := time.Now().Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": os.Getenv("SIGNER_ID"), "aud": os.Getenv("EDGE"), "sub": user,
		"iat": now, "exp": now + 120, "jti": hex.EncodeToString(id),
	})
	token.Header["kid"] = os.Getenv("SIGNER_KEY_ID")
	return token.SignedString(key)
}

func main() {
	text, err := os.ReadFile(os.Getenv("SIGNER_KEY_FILE"))
	if err != nil {
		log.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		log.Fatal("The key's file is not PEM.")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	token, err := tokenFor(os.Args[1], key)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}
